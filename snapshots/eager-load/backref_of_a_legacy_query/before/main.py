from models import Hotel


def main(session):
    for hotel in session.query(Hotel):
        print([note.text for note in hotel.notes])
