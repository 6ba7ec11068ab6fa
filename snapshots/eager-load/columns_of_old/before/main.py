from models import Author, Book
from sqlalchemy import select


def main(session):
    for author in session.scalars(select(Author)).all():
        print(author.name, [book.name for book in author.books])
    session.expunge_all()
    for book in session.scalars(select(Book)).all():
        print(book.name, book.author.name)
