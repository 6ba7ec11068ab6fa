from models import Booking, Customer
from sqlalchemy import select


def main(session):
    customers = session.scalars(select(Customer).order_by(Customer.name)).all()
    for customer in customers:
        bookings = session.scalars(
            select(Booking)
            .where(Booking.customer_id == customer.id, Booking.nights > 1)
            .order_by(Booking.nights.desc())
        ).all()
        print(customer.name, [booking.nights for booking in bookings])
