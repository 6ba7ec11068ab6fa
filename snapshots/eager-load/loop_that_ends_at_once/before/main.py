from models import Booking, Guest
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking)).all():
        guests = session.scalars(select(Guest).where(Guest.booking_id == booking.id)).all()
        print(len(guests))
        break
