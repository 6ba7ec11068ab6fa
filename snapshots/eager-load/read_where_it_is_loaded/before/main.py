from models import Booking
from sqlalchemy import inspect, select


def main(session):
    for booking in session.scalars(select(Booking)):
        guests = None
        if "guests" not in inspect(booking).unloaded:
            guests = len(booking.guests)
        print(booking.nights, guests)
