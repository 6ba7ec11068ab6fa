from models import Booking, Guest
from sqlalchemy import select


def main(session):
    bookings = session.scalars(select(Booking).order_by(Booking.id).limit(100)).all()
    for booking in bookings:
        guests = session.scalars(select(Guest).where(Guest.booking_id == booking.id)).all()
        print(booking.id, [guest.name for guest in guests])
