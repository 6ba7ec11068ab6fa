"""A chain of hotels."""

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


tagged = Table(
    "tagged",
    Base.metadata,
    Column("booking_id", ForeignKey("bookings.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Country(Base):
    __tablename__ = "countries"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country_id: Mapped[int | None] = mapped_column(ForeignKey("countries.id"))
    country: Mapped["Country | None"] = relationship()
    bookings: Mapped[list["Booking"]] = relationship(back_populates="customer")
    profile: Mapped["Profile | None"] = relationship(back_populates="customer")


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), unique=True)
    customer: Mapped[Customer] = relationship(back_populates="profile")


class Hotel(Base):
    __tablename__ = "hotels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    rooms: Mapped[list["Room"]] = relationship(back_populates="hotel", order_by="Room.number")
    reviews: Mapped[list["Note"]] = relationship(lazy="selectin", viewonly=True)
    keys: Mapped[list["Note"]] = relationship(lazy="raise", viewonly=True)
    log: DynamicMapped["Note"] = relationship(viewonly=True)


class Room(Base):
    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"))
    hotel: Mapped[Hotel] = relationship(back_populates="rooms")


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"))
    hotel: Mapped[Hotel] = relationship(backref="notes")


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    nights: Mapped[int]
    paid: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    customer: Mapped["Customer | None"] = relationship(back_populates="bookings")
    room: Mapped[Room] = relationship()
    guests: Mapped[list["Guest"]] = relationship(
        back_populates="booking", cascade="all, delete-orphan"
    )
    tags: Mapped[list["Tag"]] = relationship(secondary=tagged)
    guest_names: AssociationProxy[list[str]] = association_proxy("guests", "name")

    @property
    def label(self) -> str:
        return f"{self.customer.name if self.customer else 'nobody'} in {self.room.number}"

    def guest_list(self) -> str:
        return ", ".join(guest.name for guest in self.guests)


class Guest(Base):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    booking: Mapped[Booking] = relationship(back_populates="guests")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Employee(Base):
    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    boss: Mapped["Employee | None"] = relationship(remote_side=[id], back_populates="team")
    team: Mapped[list["Employee"]] = relationship(back_populates="boss")


def fill(session) -> None:
    countries = [Country(name=name) for name in ("Italy", "Spain", "Peru", "Japan")]
    customers = [
        Customer(name=name, country=country, profile=Profile(text=f"about {name}"))
        for name, country in zip(("Ada", "Ben", "Cleo", "Dan"), countries)
    ]
    tags = [Tag(name=name) for name in ("late", "vip")]
    hotels = [Hotel(name=f"Hotel {letter}") for letter in "ABCDE"]
    for number, hotel in enumerate(hotels):
        hotel.rooms = [Room(number=100 * number + at) for at in (2, 1)]
        session.add(Note(text=f"note {number}", hotel=hotel))
    session.add_all([*countries, *customers, *hotels, *tags])
    session.flush()
    for number in range(8):
        session.add(
            Booking(
                nights=number + 1,
                customer=customers[number % 4] if number != 5 else None,
                room=hotels[number % 5].rooms[0],
                guests=[Guest(name=f"guest {number}.{at}") for at in range(2)],
                tags=tags[: number % 3],
            )
        )
    boss = None
    for name in ("Eve", "Fay", "Gus", "Hal", "Ian"):
        boss = Employee(name=name, boss=boss)
        session.add(boss)
    session.commit()
