from models import Booking


def main(session):
    bookings = (
        session.query(Booking)
        .filter_by(paid=False)
        .order_by(Booking.id)  # oldest first
        .all()
    )
    for number, booking in enumerate(bookings[2:], 1):
        print(number, booking.customer.name if booking.customer else "nobody")
