from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import selectinload


async def main(session):
    bookings = (await session.scalars(
        select(Booking).options(
            selectinload(Booking.guests), selectinload(Booking.tags)
        )
    )).all()
    for booking in bookings:
        print(len(booking.guests), len(booking.tags))
