from models import Booking
from sqlalchemy import select


def main(session):
    if bookings := session.scalars(select(Booking)).all():
        for booking in bookings:
            if booking.nights < 3:
                continue
            print(booking.room.number if booking.nights > 4 else booking.nights)
