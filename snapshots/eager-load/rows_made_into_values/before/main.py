from dataclasses import dataclass

from models import Booking, Customer
from sqlalchemy import select


@dataclass
class Line:
    nights: int
    customer: str


def main(session):
    rows = session.execute(
        select(Booking.nights, Customer.name).join(Booking.customer).order_by(Booking.id)
    )
    lines = [Line(nights, name) for nights, name in rows]
    for line in lines:
        print(line.nights, line.customer.upper())
