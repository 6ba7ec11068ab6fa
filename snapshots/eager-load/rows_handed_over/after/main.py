from models import Booking, Customer
from sqlalchemy import select


def line(customer: Customer, bookings=None):
    if bookings is not None:
        nights = [booking.nights for booking in bookings]
    else:
        nights = [booking.nights for booking in customer.bookings]
    return f"{customer.name} {sorted(nights)}"


def main(session):
    long_stays = {}
    for booking in session.scalars(select(Booking).where(Booking.nights > 1)):
        long_stays.setdefault(booking.customer_id, []).append(booking)
    for customer in session.scalars(select(Customer).order_by(Customer.id)):
        print(line(customer, long_stays.get(customer.id, [])))
