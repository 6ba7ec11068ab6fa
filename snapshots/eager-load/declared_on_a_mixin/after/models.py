from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    __tablename__ = "users"
    name: Mapped[str]


class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    @declared_attr
    def owner(cls) -> Mapped["User"]:
        return relationship("User")


class Page(Owned, Base):
    __tablename__ = "pages"


def fill(session):
    session.add_all([Page(owner=User(name=name)) for name in "abcd"])
    session.commit()
