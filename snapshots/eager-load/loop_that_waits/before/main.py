import time

from models import Booking, Room
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)).all():
        room = session.get(Room, booking.room_id)
        print(room.number)
        time.sleep(0)
