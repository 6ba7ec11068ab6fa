from models import Booking
from sqlalchemy import select


def main(session):
    lines = [f"{b.id}: {b.room.number} {', '.join(t.name for t in b.tags)}" for b in session.scalars(select(Booking))]
    print("\n".join(lines))
