from models import Customer
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(maker):
    with maker() as session:
        customers = session.scalars(
            select(Customer).options(joinedload(Customer.country))
        ).unique().all()
        print([customer.country.name for customer in customers])
