from models import Customer, Profile
from sqlalchemy import select


def main(session):
    for customer in session.scalars(select(Customer)).all():
        profile = session.scalars(
            select(Profile).where(Profile.customer_id == customer.id)
        ).one_or_none()
        if profile is None:
            session.add(Profile(customer_id=customer.id, text=""))
        print(customer.name, profile.text)
