from models import Booking


def main(session):
    short = session.query(Booking).filter(Booking.nights < 3)
    for booking in short.union(session.query(Booking).filter(Booking.nights > 6)):
        print(booking.room.number)
