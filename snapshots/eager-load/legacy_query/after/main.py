from models import Hotel
from sqlalchemy.orm import selectinload


def main(session):
    for hotel in (
        session.query(Hotel).options(selectinload(Hotel.rooms)).order_by(Hotel.name)
    ):
        print(hotel.name, [room.number for room in hotel.rooms])
