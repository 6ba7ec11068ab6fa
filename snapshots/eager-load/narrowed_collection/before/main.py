from models import Booking, Customer
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    long = selectinload(Customer.bookings.and_(Booking.nights > 4))
    for customer in session.scalars(select(Customer).options(long)):
        print(customer.name, [len(booking.guests) for booking in customer.bookings])
