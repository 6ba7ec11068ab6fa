import models
import sqlalchemy as sa


def main(session):
    for hotel in session.scalars(sa.select(models.Hotel)):
        for room in hotel.rooms:
            print(hotel.name, room.hotel.name, room.number)
    for booking in session.scalars(sa.select(models.Booking)):
        print(booking.room.hotel.name)
