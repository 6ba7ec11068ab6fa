from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload


def main(session):
    other = aliased(Booking)
    for booking in session.scalars(
        select(other).options(joinedload(other.room)).where(other.nights > 2)
    ):
        print(booking.room.number)
