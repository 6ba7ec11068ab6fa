from models import Booking
from sqlalchemy import select


def main(session):
    for booking_id, nights in session.execute(select(Booking.id, Booking.nights)):
        print(booking_id, nights)
