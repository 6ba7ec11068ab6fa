from models import Booking
from sqlalchemy import select


def main(session):
    for attempt in range(3):
        booking = session.scalars(select(Booking)).first()
        if booking is not None:
            print(attempt, booking.room.number)
            break
