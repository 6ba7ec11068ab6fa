from models import Booking, Room
from sqlalchemy import select


async def main(session):
    result = await session.execute(select(Booking))
    bookings = result.scalars().all()
    rooms_by_id = {
        room.id: room
        for room in await session.scalars(
            select(Room).where(Room.id.in_([booking.room_id for booking in bookings]))
        )
    }
    for booking in bookings:
        room = rooms_by_id.get(booking.room_id)
        print(room.number)
