from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import lazyload


def main(session):
    for booking in session.scalars(select(Booking).options(lazyload(Booking.room))):
        print(booking.room.number)
