from models import Booking
from sqlalchemy.orm import joinedload


def shown():
    """What a list of bookings shows."""
    return [joinedload(Booking.customer)]
