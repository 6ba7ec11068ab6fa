from models import Booking, Customer
from sqlalchemy import select


def main(session):
    statement = select(Booking).join(Booking.customer).where(Customer.name < "C")
    for booking in session.scalars(statement):
        print(booking.customer.name, booking.room.number)
