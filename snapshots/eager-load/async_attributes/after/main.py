from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


async def main(session):
    bookings = (await session.execute(
        select(Booking).options(selectinload(Booking.guests), joinedload(Booking.room))
    )).scalars().all()
    for booking in bookings:
        print(booking.room.number, len(booking.guests))
