from models import Customer
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    for row in session.execute(
        select(Customer, Customer.name).options(
            joinedload(Customer.country), selectinload(Customer.profile)
        )
    ):
        print(row.Customer.country.name, row[0].profile.text)
