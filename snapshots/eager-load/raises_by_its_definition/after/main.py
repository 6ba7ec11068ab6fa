from models import Hotel
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError


def main(session):
    for hotel in session.scalars(select(Hotel)):
        try:
            print(hotel.keys)
        except InvalidRequestError:
            print("not loaded")
