from models import Booking, Customer, Guest
from sqlalchemy import select


def main(session):
    result = session.execute(select(Customer).order_by(Customer.name))
    for customer in result.scalars():
        for booking in customer.bookings:
            # Who sleeps where.
            for guest in booking.guests:
                print(customer.name, booking.room.number, guest.name)
