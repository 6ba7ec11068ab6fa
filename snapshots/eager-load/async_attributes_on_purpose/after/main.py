from models import Booking
from sqlalchemy import select
from sqlalchemy.orm import selectinload


async def main(session):
    for booking in await session.scalars(
        select(Booking).options(selectinload(Booking.guests))
    ):
        print(len(await booking.awaitable_attrs.guests))
