from models import Booking
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload


def main(session):
    for booking in session.scalars(
        select(Booking).options(selectinload(Booking.room)).order_by(text("id"))
    ):
        print(booking.room.number)
