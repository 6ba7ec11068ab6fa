from models import Hotel
from sqlalchemy.orm import selectinload


def main(session):
    for hotel in session.query(Hotel).options(selectinload(Hotel.notes)):
        print([note.text for note in hotel.notes])
