from models import Customer


def main(session):
    customer = session.get(Customer, 1)
    for booking in customer.bookings:
        print(booking.id, booking.nights)
