from models import Booking, Room
from sqlalchemy import select


def main(session):
    room = session.get(Room, 1)
    for booking in session.scalars(select(Booking)).all():
        print(booking.customer_id, booking.room_id)
        booking.room = room
