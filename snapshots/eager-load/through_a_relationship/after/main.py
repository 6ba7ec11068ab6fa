from models import Booking, Customer, Guest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload, sessionmaker


def main(maker: sessionmaker[Session]):
    with maker() as session:
        for booking in session.scalars(
            select(Booking).options(selectinload(Booking.guests))
        ).all():
            guests = booking.guests
            for guest in guests:
                print(booking.id, guest.name)
    names(maker)


def names(maker: sessionmaker[Session]):
    with maker() as session:
        for booking in session.scalars(
            select(Booking).options(joinedload(Booking.customer))
        ):
            customer = booking.customer
            print(customer and customer.name)
