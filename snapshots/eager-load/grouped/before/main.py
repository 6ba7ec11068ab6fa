from models import Booking, Customer
from sqlalchemy import func, select


def main(session):
    statement = select(Customer, func.count(Booking.id)).join(Booking).group_by(Customer.id)
    for customer, count in session.execute(statement):
        print(customer.country.name, count)
