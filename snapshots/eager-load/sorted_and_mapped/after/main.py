from models import Booking, Customer
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    bookings = session.scalars(select(Booking).options(joinedload(Booking.room))).all()
    for booking in sorted(bookings, key=lambda booking: (booking.room.number, booking.id)):
        print(booking.id)
    customers = list(session.scalars(
        select(Customer).options(selectinload(Customer.profile))
    ))
    print(list(map(lambda customer: customer.profile.text, customers)))
