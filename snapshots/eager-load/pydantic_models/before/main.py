from models import Customer
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class GuestOut(Out):
    name: str


class BookingOut(Out):
    nights: int
    guests: list[GuestOut]


class CountryOut(Out):
    name: str


class CustomerOut(Out):
    name: str
    country: CountryOut | None = None
    bookings: list["BookingOut"]


def main(session):
    for customer in session.scalars(select(Customer).order_by(Customer.id)):
        print(CustomerOut.model_validate(customer).model_dump_json())
