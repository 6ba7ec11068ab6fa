from models import Booking, Guest
from sqlalchemy import select


async def main(session):
    bookings = await session.scalars(select(Booking))
    for booking in bookings.all():
        guests = (
            (await session.execute(select(Guest).where(Guest.booking_id == booking.id)))
            .scalars()
            .all()
        )
        print(booking.id, [guest.name for guest in guests])
