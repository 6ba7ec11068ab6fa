from models import Booking
from sqlalchemy import select


async def main(session):
    for booking in (await session.scalars(select(Booking))).all():
        await session.refresh(booking, attribute_names=["guests"])
        print(len(booking.guests))
