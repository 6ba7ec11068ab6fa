from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    statement = (
        select(Booking)
        .where(Booking.nights > 1)
        .options(
            joinedload(Booking.customer),
            selectinload(Booking.tags),
            selectinload(Booking.guests),  # shown in colour
        )
    )
    for booking in session.scalars(statement):
        print(booking.customer and booking.customer.name, len(booking.tags), len(booking.guests))
