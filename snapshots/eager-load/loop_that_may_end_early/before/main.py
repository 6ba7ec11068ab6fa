from models import Booking
from sqlalchemy import select


def first_with_tags(session):
    for booking in session.scalars(select(Booking)):
        if len(booking.tags) > 1:
            return booking.id


def main(session):
    print(first_with_tags(session))
