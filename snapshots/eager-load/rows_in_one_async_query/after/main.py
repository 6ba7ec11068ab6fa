from collections import defaultdict

from models import Booking, Guest
from sqlalchemy import select


async def main(session):
    bookings = await session.scalars(select(Booking))
    all_bookings = bookings.all()
    guests_by_booking = defaultdict(list)
    for guest in await session.scalars(
        select(Guest)
        .where(Guest.booking_id.in_([booking.id for booking in all_bookings]))
    ):
        guests_by_booking[guest.booking_id].append(guest)
    for booking in all_bookings:
        guests = guests_by_booking[booking.id]
        print(booking.id, [guest.name for guest in guests])
