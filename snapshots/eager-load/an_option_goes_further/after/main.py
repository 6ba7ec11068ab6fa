from models import Booking, Customer
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for customer in session.scalars(select(Customer).options(selectinload(Customer.bookings).joinedload(Booking.room))):
        print(customer.name, [booking.room.number for booking in customer.bookings])
