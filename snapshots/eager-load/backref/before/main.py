from models import Hotel
from sqlalchemy import select


def main(session):
    for hotel in session.scalars(select(Hotel)):
        print([note.text for note in hotel.notes])
