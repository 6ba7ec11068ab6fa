from models import Booking
from sqlalchemy.orm import joinedload


def main(session):
    bookings = (
        session.query(Booking)
        .options(joinedload(Booking.customer))
        .filter_by(paid=False)
        .order_by(Booking.id)  # oldest first
        .all()
    )
    for number, booking in enumerate(bookings[2:], 1):
        print(number, booking.customer.name if booking.customer else "nobody")
