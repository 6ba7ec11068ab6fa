from models import Booking, Customer
from sqlalchemy import select


def main(session):
    bookings = session.scalars(select(Booking).order_by(Booking.id)).all()
    customers_by_id = {
        customer.id: customer
        for customer in session.scalars(
            select(Customer)
            .where(Customer.id.in_([booking.customer_id for booking in bookings]))
        )
    }
    for booking in bookings:
        customer = customers_by_id.get(booking.customer_id)
        print(booking.id, customer.name if customer else "nobody")
