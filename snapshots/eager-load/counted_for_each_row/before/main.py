from models import Booking, Customer
from sqlalchemy import func, select


def main(session):
    customers = session.scalars(select(Customer)).all()
    for customer in customers:
        count = session.scalar(
            select(func.count()).select_from(Booking).where(Booking.customer_id == customer.id)
        )
        print(customer.name, count)
