from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking).with_for_update()):
        print(booking.room.number)
