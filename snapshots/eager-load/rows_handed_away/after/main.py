from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def rows(session):
    for booking in session.scalars(select(Booking).options(joinedload(Booking.room))):
        yield booking.id, booking.room.number


def main(session):
    print(list(rows(session)))
