from models import Booking, Customer
from sqlalchemy import func, select


def main(session):
    statement = (
        select(Customer, func.count(Booking.id))
        .outerjoin(Customer.bookings)
        .group_by(Customer.id)
        .order_by(Customer.id)
    )
    for customer, bookings in session.execute(statement):
        print(customer.name, bookings)
