from models import Hotel
from sqlalchemy import select


def selectinload(rows):
    return rows


def main(session):
    for hotel in selectinload(session.scalars(select(Hotel)).all()):
        print(hotel.name)
    for hotel in session.scalars(select(Hotel)):
        print(len(hotel.rooms))
