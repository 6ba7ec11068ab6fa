from models import Booking, Customer, Guest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker


def main(maker: sessionmaker[Session]):
    with maker() as session:
        for booking in session.scalars(select(Booking)).all():
            guests = session.scalars(select(Guest).where(Guest.booking_id == booking.id)).all()
            for guest in guests:
                print(booking.id, guest.name)
    names(maker)


def names(maker: sessionmaker[Session]):
    with maker() as session:
        for booking in session.scalars(select(Booking)):
            customer = session.get(Customer, booking.customer_id)
            print(customer and customer.name)
