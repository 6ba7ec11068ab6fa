from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for booking in session.scalars(
        select(Booking)
        .options(selectinload(Booking.room))
        .execution_options(yield_per=4)
    ):
        print(booking.room.number)
