from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    tags = {booking.id: [tag.name for tag in booking.tags] for booking in session.scalars(
        select(Booking).options(selectinload(Booking.tags))
    )}
    print(tags)
