from models import Booking
from sqlalchemy import select


def main(session):
    bookings = session.scalars(select(Booking)).all()
    print([booking.room.hotel.name for booking in bookings])
