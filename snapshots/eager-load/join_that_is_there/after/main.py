from models import Booking, Customer
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    statement = (
        select(Booking)
        .options(selectinload(Booking.customer), joinedload(Booking.room))
        .join(Booking.customer)
        .where(Customer.name < "C")
    )
    for booking in session.scalars(statement):
        print(booking.customer.name, booking.room.number)
