from models import Booking, Customer
from sqlalchemy import func, select


def main(session):
    customers = session.scalars(select(Customer)).all()
    booking_counts = {
        customer_id: count
        for customer_id, count in session.execute(
            select(Booking.customer_id, func.count())
            .select_from(Booking)
            .where(Booking.customer_id.in_([customer.id for customer in customers]))
            .group_by(Booking.customer_id)
        )
    }
    for customer in customers:
        count = booking_counts.get(customer.id, 0)
        print(customer.name, count)
