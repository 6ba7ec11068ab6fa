from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for booking in session.scalars(
        select(Booking).options(selectinload(Booking.guests))
    ):
        print(booking.id, list(booking.guest_names))
