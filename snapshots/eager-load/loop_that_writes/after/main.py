from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    for booking in session.scalars(
        select(Booking).options(selectinload(Booking.guests), joinedload(Booking.room))
    ).all():
        if len(booking.guests) < 3:
            print(booking.room.number)
            session.delete(booking)
