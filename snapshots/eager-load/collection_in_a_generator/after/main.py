from models import Customer
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    customers = session.scalars(
        select(Customer).options(selectinload(Customer.bookings))
    ).all()
    print(sum(len(customer.bookings) for customer in customers))
    print([booking.nights for customer in customers for booking in customer.bookings])
