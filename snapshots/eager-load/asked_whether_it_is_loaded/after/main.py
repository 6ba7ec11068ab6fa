from models import Booking
from sqlalchemy import inspect, select


def main(session):
    for booking in session.scalars(select(Booking)):
        print(sorted(inspect(booking).unloaded))
