from models import Booking, Customer
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    rows = session.execute(
        select(Booking, Customer.name)
        .options(joinedload(Booking.room))
        .join(Booking.customer)
    )
    for booking, name in rows:
        print(name, booking.room.number)
    for (booking,) in session.execute(
        select(Booking).options(selectinload(Booking.guests))
    ):
        print(len(booking.guests))
