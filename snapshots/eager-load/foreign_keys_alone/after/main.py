from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking).order_by(Booking.id)):
        print(booking.customer_id, booking.room_id)
