from models import Booking
from sqlalchemy import select


def main(session):
    for booking in session.scalars(select(Booking).execution_options(yield_per=4)):
        print(booking.room.number)
