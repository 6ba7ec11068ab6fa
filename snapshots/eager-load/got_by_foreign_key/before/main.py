from models import Booking, Customer
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking).order_by(Booking.id)):
        customer = session.get(Customer, booking.customer_id)
        print(booking.id, customer.name if customer else "nobody")
