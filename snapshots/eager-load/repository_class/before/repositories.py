from models import Booking
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession


class Bookings:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def all(self) -> list[Booking]:
        result = await self.session.execute(select(Booking).order_by(Booking.id))
        return list(result.scalars())
