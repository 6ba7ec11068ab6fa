from models import Booking
from sqlalchemy import select, text


def main(session):
    for booking in session.scalars(select(Booking).order_by(text("id"))):
        print(booking.room.number)
