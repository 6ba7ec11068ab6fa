from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    for booking in session.scalars(
        select(Booking).options(joinedload(Booking.customer)).order_by(Booking.id)
    ):
        print(booking.id, booking.customer.name if booking.customer else "-")
