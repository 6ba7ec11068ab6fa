from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    for booking in session.scalars(
        select(Booking).options(joinedload(Booking.customer))
    ):
        try:
            print(booking.customer.name)
        except Exception:
            print("nobody")
