from models import Customer
from sqlalchemy import select


def main(session):
    for row in session.execute(select(Customer, Customer.name)):
        print(row.Customer.country.name, row[0].profile.text)
