from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for booking in session.scalars(
        select(Booking).options(selectinload(Booking.guests))
    ).all():
        booking.paid = len(booking.guests) == 2
    print(sum(booking.paid for booking in session.scalars(select(Booking))))
