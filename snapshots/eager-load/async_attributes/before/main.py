from models import Booking
from sqlalchemy import select


async def main(session):
    bookings = (await session.execute(select(Booking))).scalars().all()
    for booking in bookings:
        print(booking.room.number, len(booking.guests))
