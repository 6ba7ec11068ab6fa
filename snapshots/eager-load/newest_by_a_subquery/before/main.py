from models import Booking, Customer
from sqlalchemy import func, select


def main(session):
    longest = (
        select(func.max(Booking.nights))
        .where(Booking.customer_id == Customer.id)
        .scalar_subquery()
    )
    for customer, nights in session.execute(select(Customer, longest).order_by(Customer.id)):
        print(customer.name, nights)
