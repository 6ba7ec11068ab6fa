from models import Booking
from sqlalchemy import select


async def main(session):
    bookings = (await session.scalars(select(Booking))).all()
    for booking in bookings:
        await session.refresh(booking, ["guests", "tags"])
    for booking in bookings:
        print(len(booking.guests), len(booking.tags))
