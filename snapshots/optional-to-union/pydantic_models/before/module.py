"""Schemas of the order endpoints."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Optional, Union

from pydantic import BaseModel, Field


class Address(BaseModel):
    street: str
    zip_code: Optional[str] = Field(default=None, max_length=12)
    country: Optional[Literal["DE", "FR"]] = None


class Card(BaseModel):
    kind: Literal["card"] = "card"
    number: str


class Invoice(BaseModel):
    kind: Literal["invoice"] = "invoice"
    due: Optional[datetime] = None


class Order(BaseModel):
    id: Union[int, str]
    total: Annotated[Optional[Decimal], Field(ge=0)] = None
    address: Optional[Address] = None
    payment: Annotated[Union[Card, Invoice], Field(discriminator="kind")]
    lines: list[Union[int, None]] = []
    notes: Optional["list[Optional[str]]"] = None
