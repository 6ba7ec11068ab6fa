from models import Booking
from sqlalchemy import select


def main(session):
    query = select(Booking).where(Booking.room_id == 1).order_by(Booking.id)
    for booking in session.scalars(query):
        print(booking.nights, booking.room.number, booking.room.hotel.name)
