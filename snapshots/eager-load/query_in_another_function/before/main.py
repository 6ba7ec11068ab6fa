from repositories import bookings, longest


def main(session):
    for booking in bookings(session, at_least=3):
        print(booking.room.number)
    print(longest(session))
