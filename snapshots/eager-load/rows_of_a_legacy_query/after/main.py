from collections import defaultdict

from models import Guest, Booking


def main(session):
    bookings = session.query(Booking).order_by(Booking.id).all()
    guests_by_booking = defaultdict(list)
    for one_guest in (
        session.query(Guest)
        .filter(Guest.booking_id.in_([booking.id for booking in bookings]))
    ):
        guests_by_booking[one_guest.booking_id].append(one_guest)
    for booking in bookings:
        for guest in guests_by_booking[booking.id]:
            print(booking.id, guest.name)
