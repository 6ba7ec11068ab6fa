from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Named:
    id = Column(Integer, primary_key=True)
    name = Column(String(40))


class Author(Named, Base):
    __tablename__ = "authors"
    books = relationship("Book", back_populates="author")


class Book(Named, Base):
    __tablename__ = "books"
    author_id = Column(Integer, ForeignKey("authors.id"))
    author = relationship("Author", back_populates="books")


def fill(session):
    for name in ("Ann", "Bob", "Cid"):
        session.add(Author(name=name, books=[Book(name=f"{name} {at}") for at in range(2)]))
    session.commit()
