from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    for booking in session.scalars(
        select(Booking).options(
            joinedload(Booking.customer),
            selectinload(Booking.guests),
            joinedload(Booking.room),
        )
    ).all():
        print(booking.label, booking.guest_list())
