from models import Booking, Room
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    bookings = session.scalars(
        select(Booking).options(joinedload(Booking.room).joinedload(Room.hotel))
    ).all()
    print([booking.room.hotel.name for booking in bookings])
