from models import Booking


def as_row(booking: Booking) -> list[str]:
    return [str(booking.id), place(booking)]


def place(booking) -> str:
    return f"{hotel_of(booking)}/{booking.room.number}"


def hotel_of(booking):
    return booking.room.hotel.name
