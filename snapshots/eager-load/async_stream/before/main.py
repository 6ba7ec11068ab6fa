from models import Booking
from sqlalchemy import select


async def main(session):
    async for booking in await session.stream_scalars(select(Booking)):
        print(len(await booking.awaitable_attrs.guests))
