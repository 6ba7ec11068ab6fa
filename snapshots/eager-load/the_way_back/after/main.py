from models import Hotel
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for hotel in session.scalars(select(Hotel).options(selectinload(Hotel.rooms))):
        for room in hotel.rooms:
            print(room.hotel.name)
