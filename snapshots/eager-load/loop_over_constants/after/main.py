from models import Hotel
from sqlalchemy import select


def main(session):
    for name in ("Hotel A", "Hotel B"):
        hotel = session.scalars(select(Hotel).where(Hotel.name == name)).one()
        print(hotel.id)
