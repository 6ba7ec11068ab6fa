from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)).all():
        booking.paid = len(booking.guests) == 2
    print(sum(booking.paid for booking in session.scalars(select(Booking))))
