from models import Hotel
from sqlalchemy import select


def main(session):
    for hotel in session.scalars(select(Hotel).order_by(Hotel.id)):
        print(hotel.name, hotel.log.count())
