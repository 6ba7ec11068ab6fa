from models import Booking
from sqlalchemy import select


def rows(session):
    for booking in session.scalars(select(Booking)):
        yield booking.id, booking.room.number


def main(session):
    print(list(rows(session)))
