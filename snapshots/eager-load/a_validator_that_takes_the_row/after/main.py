from typing import Any

from models import Booking
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import inspect, select


class GuestOut(BaseModel):
    name: str


class BookingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    nights: int
    guests: list[GuestOut]

    @model_validator(mode="before")
    @classmethod
    def what_is_there(cls, row: Any) -> Any:
        there = inspect(row).dict
        return {"nights": row.nights, "guests": there.get("guests", [])}


def main(session):
    for booking in session.scalars(select(Booking)):
        print(BookingOut.model_validate(booking))
