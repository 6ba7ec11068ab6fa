from repositories import Bookings


async def main(session):
    repository = Bookings(session)
    for booking in await repository.all():
        print(booking.room.number)
