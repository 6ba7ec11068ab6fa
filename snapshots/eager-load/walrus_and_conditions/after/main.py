from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    if bookings := session.scalars(
        select(Booking).options(joinedload(Booking.room))
    ).all():
        for booking in bookings:
            if booking.nights < 3:
                continue
            print(booking.room.number if booking.nights > 4 else booking.nights)
