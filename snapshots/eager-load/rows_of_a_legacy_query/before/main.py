from models import Guest, Booking


def main(session):
    for booking in session.query(Booking).order_by(Booking.id):
        for guest in session.query(Guest).filter_by(booking_id=booking.id).all():
            print(booking.id, guest.name)
