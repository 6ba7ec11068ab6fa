from models import Customer
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for customer in session.scalars(
        select(Customer).options(selectinload(Customer.profile))
    ):
        print(customer.profile.text)
