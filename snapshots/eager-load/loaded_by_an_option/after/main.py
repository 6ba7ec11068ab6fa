from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload, subqueryload


def main(session):
    query = select(Booking).options(subqueryload(Booking.guests), joinedload(Booking.room))
    for booking in session.scalars(query):
        print(booking.room.number, len(booking.guests))
