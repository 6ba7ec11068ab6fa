from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def show(bookings: list[Booking]) -> None:
    for booking in bookings:
        print(booking.room.number)


def main(session):
    show(session.scalars(select(Booking).options(joinedload(Booking.room))).all())
