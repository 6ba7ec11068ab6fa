from collections import defaultdict

from models import Booking, Guest
from sqlalchemy import select


def main(session):
    bookings = session.scalars(select(Booking).order_by(Booking.id).limit(100)).all()
    guests_by_booking = defaultdict(list)
    for guest in session.scalars(
        select(Guest).where(Guest.booking_id.in_([booking.id for booking in bookings]))
    ):
        guests_by_booking[guest.booking_id].append(guest)
    for booking in bookings:
        guests = guests_by_booking[booking.id]
        print(booking.id, [guest.name for guest in guests])
