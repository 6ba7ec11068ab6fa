from models import Customer
from sqlalchemy import select


def main(maker):
    with maker() as session:
        customers = session.scalars(select(Customer)).unique().all()
        print([customer.country.name for customer in customers])
