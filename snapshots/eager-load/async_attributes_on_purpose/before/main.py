from models import Booking
from sqlalchemy import select


async def main(session):
    for booking in await session.scalars(select(Booking)):
        print(len(await booking.awaitable_attrs.guests))
