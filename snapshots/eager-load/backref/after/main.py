from models import Hotel
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for hotel in session.scalars(select(Hotel).options(selectinload(Hotel.notes))):
        print([note.text for note in hotel.notes])
