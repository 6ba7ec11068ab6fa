from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import aliased


def main(session):
    other = aliased(Booking)
    for booking in session.scalars(select(other).where(other.nights > 2)):
        print(booking.room.number)
