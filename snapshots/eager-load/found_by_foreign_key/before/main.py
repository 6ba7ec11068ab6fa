from models import Booking, Room
from sqlalchemy import select


async def main(session):
    result = await session.execute(select(Booking))
    for booking in result.scalars().all():
        room = (
            await session.execute(select(Room).where(Room.id == booking.room_id))
        ).scalar_one_or_none()
        print(room.number)
