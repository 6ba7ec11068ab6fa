from models import Booking
from shown import shown
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking).options(*shown())):
        print(booking.customer and booking.customer.name, booking.room.number)
