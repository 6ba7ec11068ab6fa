from models import Booking
from sqlalchemy import select


def main(session):
    tags = {booking.id: [tag.name for tag in booking.tags] for booking in session.scalars(select(Booking))}
    print(tags)
