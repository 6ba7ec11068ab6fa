from models import Booking, Guest
from sqlalchemy import delete, select


def main(session):
    for booking in session.scalars(select(Booking).where(Booking.nights > 6)).all():
        session.execute(delete(Guest).where(Guest.booking_id == booking.id))
        print(len(session.scalars(select(Guest).where(Guest.booking_id == booking.id)).all()))
