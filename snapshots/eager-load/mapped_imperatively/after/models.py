from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry()
authors = Table(
    "authors",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String),
)
books = Table(
    "books",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("author_id", ForeignKey("authors.id")),
)


class Base:
    metadata = mapper_registry.metadata


class Author:
    def __init__(self, name):
        self.name = name


class Book:
    def __init__(self, author):
        self.author = author


mapper_registry.map_imperatively(Author, authors)
mapper_registry.map_imperatively(Book, books, properties={"author": relationship(Author)})


def fill(session):
    session.add_all([Book(author=Author(name)) for name in "abcd"])
    session.commit()
