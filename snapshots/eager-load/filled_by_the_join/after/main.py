from models import Customer, Booking
from sqlalchemy import select
from sqlalchemy.orm import contains_eager


def main(session):
    query = select(Customer).join(Customer.bookings).where(Booking.nights > 4)
    for customer in session.scalars(query.options(contains_eager(Customer.bookings))).unique():
        print(customer.name, len(customer.bookings))
