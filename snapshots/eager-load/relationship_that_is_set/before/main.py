from models import Booking, Customer
from sqlalchemy import select


def main(session):
    ada = session.get(Customer, 1)
    with session.no_autoflush:
        for booking in session.scalars(select(Booking).order_by(Booking.id)):
            booking.customer = ada
            print(booking.id, booking in session.dirty)
