from models import Booking, Customer
from sqlalchemy import select


def main(session):
    bookings = session.scalars(select(Booking)).all()
    for booking in sorted(bookings, key=lambda booking: (booking.room.number, booking.id)):
        print(booking.id)
    customers = list(session.scalars(select(Customer)))
    print(list(map(lambda customer: customer.profile.text, customers)))
