from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def bookings(session, at_least: int = 0) -> list[Booking]:
    """The bookings of some length."""
    return list(session.scalars(
        select(Booking)
        .options(joinedload(Booking.room))
        .where(Booking.nights >= at_least)
    ))


def longest(session) -> int:
    return max(booking.nights for booking in bookings(session))
