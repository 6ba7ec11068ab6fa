from models import Booking
from sqlalchemy import select


def main(session):
    booking = session.scalars(select(Booking).order_by(Booking.id)).first()
    print(booking.room.number, booking.customer.name)
    for guest in booking.guests:
        print(guest.name)
