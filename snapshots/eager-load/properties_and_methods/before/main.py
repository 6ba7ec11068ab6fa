from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)).all():
        print(booking.label, booking.guest_list())
