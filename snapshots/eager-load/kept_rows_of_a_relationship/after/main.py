from models import Booking, Guest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, sessionmaker


def main(maker: sessionmaker[Session]):
    found = {}
    with maker() as session:
        for booking in session.scalars(
            select(Booking).options(selectinload(Booking.guests))
        ).all():
            found[booking.id] = list(booking.guests)
        for guests in found.values():
            guests.pop()
        session.flush()
        print(sum(len(guests) for guests in found.values()))
