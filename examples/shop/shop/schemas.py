"""What goes over the wire."""

import datetime as dt
from typing import Annotated, Any, Dict, List, Literal, Optional, Union

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["new", "paid", "declined", "shipped"]

# An error says what is wrong in a sentence, or field by field.
ErrorDetail = Union[
    str,  # "unknown currency XYZ"
    List[str],
    Dict[str, Any],  # {"sku": "no such product"}
]


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CustomerOut(Out):
    id: int
    name: str
    email: str
    phone: Optional[str] = None


class CustomerSummary(CustomerOut):
    order_count: int = 0


class LineOut(Out):
    product_id: int
    quantity: int
    unit_price: int


class OrderOut(Out):
    id: int
    status: Status
    customer: Optional[CustomerOut] = None
    lines: List[LineOut] = Field(default_factory=list)


class LineDetail(BaseModel):
    sku: str
    name: str
    quantity: int
    total: int


class OrderDetail(BaseModel):
    id: int
    status: Status
    created_at: dt.datetime
    payment_reference: Optional[str]
    lines: List[LineDetail]


class HistoryEntry(BaseModel):
    order_id: int
    status: Status
    tracking_codes: List[Optional[str]]


class Account(BaseModel):
    customer: CustomerOut
    open_orders: List[int]
    ratings: Dict[int, int]


class ProductOut(Out):
    id: int
    sku: str
    name: str
    price: int
    rating: Optional[float] = None


class SupplierOut(Out):
    id: int
    name: str
    products: List[ProductOut]


class ReviewOut(BaseModel):
    product: str
    rating: Annotated[int, Field(ge=1, le=5)]
    text: Optional[str] = None


class ProductPage(BaseModel):
    product: ProductOut
    reviews: List[ReviewOut]


class Price(BaseModel):
    sku: str
    amount: float
    currency: str


class Quote(BaseModel):
    carrier: str
    price: int
    days: Optional[int] = None


class NewLine(BaseModel):
    product: Union[int, str]  # id or sku
    quantity: Annotated[int, Field(gt=0)] = 1


class NewOrder(BaseModel):
    customer_id: Optional[int] = None
    country: str
    lines: Annotated[List[NewLine], Field(min_length=1)]


class Campaign(BaseModel):
    subject: str
    body: str
    country: Optional[str] = None


class CampaignResult(BaseModel):
    sent: List[str]
    failed: Dict[str, ErrorDetail]
