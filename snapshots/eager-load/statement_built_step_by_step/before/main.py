from models import Booking
from sqlalchemy import select


def find(session, paid=None, at_least=0):
    query = select(Booking)
    if paid is not None:
        query = query.where(Booking.paid == paid)
    if at_least:
        query = query.where(Booking.nights >= at_least)
    else:
        query = query.limit(5)
    query = query.order_by(Booking.nights.desc())
    return [(booking.nights, booking.room.number) for booking in session.scalars(query)]


def main(session):
    print(find(session, paid=False), find(session, at_least=4))
