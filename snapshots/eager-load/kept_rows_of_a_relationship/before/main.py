from models import Booking, Guest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker


def main(maker: sessionmaker[Session]):
    found = {}
    with maker() as session:
        for booking in session.scalars(select(Booking)).all():
            found[booking.id] = session.scalars(
                select(Guest).where(Guest.booking_id == booking.id)
            ).all()
        for guests in found.values():
            guests.pop()
        session.flush()
        print(sum(len(guests) for guests in found.values()))
