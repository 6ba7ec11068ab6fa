from models import Book
from sqlalchemy import select


def main(session):
    print([book.author.name for book in session.scalars(select(Book))])
