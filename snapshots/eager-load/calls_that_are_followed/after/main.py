from models import Booking, Room
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from views import as_row


def main(session):
    for booking in session.scalars(
        select(Booking).options(joinedload(Booking.room).joinedload(Room.hotel))
    ):
        print(as_row(booking))
