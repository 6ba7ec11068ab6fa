import models
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    for hotel in session.scalars(
        sa.select(models.Hotel).options(selectinload(models.Hotel.rooms))
    ):
        for room in hotel.rooms:
            print(hotel.name, room.hotel.name, room.number)
    for booking in session.scalars(
        sa.select(models.Booking).options(
            joinedload(models.Booking.room).joinedload(models.Room.hotel)
        )
    ):
        print(booking.room.hotel.name)
