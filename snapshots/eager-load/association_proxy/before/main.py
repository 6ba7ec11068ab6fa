from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)):
        print(booking.id, list(booking.guest_names))
