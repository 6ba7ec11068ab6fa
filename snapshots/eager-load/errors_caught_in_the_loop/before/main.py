from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)):
        try:
            print(booking.customer.name)
        except Exception:
            print("nobody")
