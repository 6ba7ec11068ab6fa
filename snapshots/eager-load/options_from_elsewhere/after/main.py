from models import Booking
from shown import shown
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    for booking in session.scalars(select(Booking).options(
        *shown(), joinedload(Booking.room)
    )):
        print(booking.customer and booking.customer.name, booking.room.number)
