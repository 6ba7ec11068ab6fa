from collections import defaultdict

from models import Booking, Customer
from sqlalchemy import select


def main(session):
    customers = session.scalars(select(Customer).order_by(Customer.name)).all()
    bookings_by_customer = defaultdict(list)
    for booking in session.scalars(
        select(Booking)
        .where(Booking.customer_id.in_([customer.id for customer in customers]), Booking.nights > 1)
        .order_by(Booking.nights.desc())
    ):
        bookings_by_customer[booking.customer_id].append(booking)
    for customer in customers:
        bookings = bookings_by_customer[customer.id]
        print(customer.name, [booking.nights for booking in bookings])
