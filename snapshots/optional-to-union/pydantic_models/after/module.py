"""Schemas of the order endpoints."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Address(BaseModel):
    street: str
    zip_code: str | None = Field(default=None, max_length=12)
    country: Literal["DE", "FR"] | None = None


class Card(BaseModel):
    kind: Literal["card"] = "card"
    number: str


class Invoice(BaseModel):
    kind: Literal["invoice"] = "invoice"
    due: datetime | None = None


class Order(BaseModel):
    id: int | str
    total: Annotated[Decimal | None, Field(ge=0)] = None
    address: Address | None = None
    payment: Annotated[Card | Invoice, Field(discriminator="kind")]
    lines: list[int | None] = []
    notes: "list[str | None] | None" = None
