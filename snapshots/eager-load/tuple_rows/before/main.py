from models import Booking, Customer
from sqlalchemy import select


def main(session):
    rows = session.execute(select(Booking, Customer.name).join(Booking.customer))
    for booking, name in rows:
        print(name, booking.room.number)
    for (booking,) in session.execute(select(Booking)):
        print(len(booking.guests))
