from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)).all():
        if len(booking.guests) < 3:
            print(booking.room.number)
            session.delete(booking)
