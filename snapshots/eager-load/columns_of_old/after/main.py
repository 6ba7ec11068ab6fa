from models import Author, Book
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload


def main(session):
    for author in session.scalars(
        select(Author).options(selectinload(Author.books))
    ).all():
        print(author.name, [book.name for book in author.books])
    session.expunge_all()
    for book in session.scalars(select(Book).options(joinedload(Book.author))).all():
        print(book.name, book.author.name)
