from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    statement = select(Booking).options(joinedload(Booking.customer)).where(Booking.nights > 1)
    for booking in session.scalars(statement):
        print(booking.customer and booking.customer.name, booking.room.number)
