from models import Customer
from sqlalchemy import select


def main(session):
    for customer in session.scalars(select(Customer)):
        print(customer.profile.text)
