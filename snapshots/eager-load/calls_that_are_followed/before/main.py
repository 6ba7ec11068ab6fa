from models import Booking
from sqlalchemy import select
from views import as_row


def main(session):
    for booking in session.scalars(select(Booking)):
        print(as_row(booking))
