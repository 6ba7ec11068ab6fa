from models import Booking, Customer
from sqlalchemy.orm import selectinload


def main(session):
    customer = session.get(
        Customer,
        1,
        options=[selectinload(Customer.bookings).selectinload(Booking.guests)],
    )
    for booking in customer.bookings:
        print(customer.name, len(booking.guests))
