from models import Hotel


def main(session):
    for hotel in session.query(Hotel).order_by(Hotel.name):
        print(hotel.name, [room.number for room in hotel.rooms])
