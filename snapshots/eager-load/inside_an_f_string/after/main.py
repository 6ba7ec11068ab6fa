from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    lines = [f"{b.id}: {b.room.number} {', '.join(t.name for t in b.tags)}" for b in session.scalars(
        select(Booking).options(joinedload(Booking.room), selectinload(Booking.tags))
    )]
    print("\n".join(lines))
