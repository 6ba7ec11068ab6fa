"""What a mapped class says of itself: keys, and both ends of every relationship."""

import pytest

from lever_fix.domains.orm.annotations import mapped
from lever_fix.domains.orm.extract import models_of
from lever_fix.domains.orm.registry import MappedClass, Registry, registry
from lever_fix.index.index import Symbol
from lever_fix.semantics.module import Module, parse
from lever_fix.sources import decode

HEAD = """\
from typing import Any, List, Optional
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import *
from sqlalchemy.orm import (
    DeclarativeBase, DynamicMapped, Mapped, WriteOnlyMapped, backref, declarative_base,
    declared_attr, deferred, mapped_column, relationship,
)
from sqlalchemy.ext.associationproxy import association_proxy

class Base(DeclarativeBase): ...

class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def registry_of(text: str, *, head: str = HEAD) -> Registry:
    module = Module(decode("models.py", (head + text).encode()))
    facts = models_of(module)
    names = {one.name for one in facts.classes}

    def resolve(qualified: str, near: str):
        name = qualified.removeprefix("models.")
        return Symbol("models.py", name) if name in names else qualified

    return registry({"models.py": facts}, resolve)


def user(body: str, more: str = "") -> Registry:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return registry_of(
        'class User(Base):\n    __tablename__ = "users"\n'
        f"    id: Mapped[int] = mapped_column(primary_key=True)\n{lines}{more}"
    )


def relationship(found: Registry, name: str = "x", owner: str = "User"):
    return found.relationships(f"models.py::{owner}")[name]


KEY = 'team_id = mapped_column(ForeignKey("teams.id"))\n'

ENDS = [
    (KEY + "x: Mapped[Team] = relationship()", False, "many-to-one"),
    (KEY + 'x: Mapped["Team | None"] = relationship()', False, "many-to-one"),
    (KEY + 'x: Mapped[Optional["Team"]] = relationship()', False, "many-to-one"),
    (KEY + 'x = relationship("Team")', False, "many-to-one"),
    (KEY + "x = relationship(lambda: Team)", False, "many-to-one"),
    (KEY + "x = relationship(Team, uselist=True)", True, "many-to-one"),
    ("x: Mapped[list[Team]] = relationship(secondary='t')", True, "many-to-many"),
    ("x: Mapped[Team] = relationship(secondary='t')", False, "many-to-many"),
    ("x: Mapped[Team] = relationship(secondary='t', uselist=True)", False, "many-to-many"),
    ("x: Mapped[List[Team]] = relationship(secondary='t', uselist=False)", False, "many-to-many"),
    ("x = relationship('Team', secondary='t')", True, "many-to-many"),
    ("x: Mapped[Team] = relationship(primaryjoin='...')", False, "?"),
]


@pytest.mark.parametrize(("body", "many", "direction"), ENDS)
def test_the_annotation_and_the_keys_tell_the_ends(body: str, many: bool, direction: str):
    found = relationship(user(body))
    assert (found.many, found.direction) == (many, direction)
    assert found.target == "models.py::Team"


@pytest.mark.parametrize(
    ("body", "many"),
    [
        ('x: Mapped[list["Post"]] = relationship()', True),
        ('x: Mapped[set["Post"]] = relationship()', True),
        ('x: Mapped[dict[str, "Post"]] = relationship()', True),
        ('x: Mapped["Post"] = relationship()', False),
        ('x = relationship("Post")', True),
        ('x = relationship("Post", uselist=False)', False),
    ],
)
def test_a_key_on_the_other_table(body: str, many: bool):
    post = (
        'class Post(Base):\n    __tablename__ = "posts"\n'
        '    id = Column(Integer, primary_key=True)\n    user_id = Column(ForeignKey("users.id"))\n'
    )
    found = relationship(user(body, post))
    assert (found.many, found.direction, found.keys) == (many, "one-to-many", ("user_id",))


@pytest.mark.parametrize(
    ("definition", "lazy"),
    [
        ("Mapped[Team] = relationship()", "select"),
        ("Mapped[Team] = relationship(lazy=True)", "select"),
        ("Mapped[Team] = relationship(lazy=False)", "joined"),
        ('Mapped[Team] = relationship(lazy="selectin")', "selectin"),
        ('Mapped[Team] = relationship(lazy="raise_on_sql")', "raise_on_sql"),
        ("Mapped[Team] = relationship(lazy=LAZY)", "?"),
        ("Mapped[Team] = relationship(**OPTIONS)", "?"),
        ("DynamicMapped[Team] = relationship()", "dynamic"),
        ("WriteOnlyMapped[Team] = relationship()", "write_only"),
    ],
)
def test_how_it_is_loaded(definition: str, lazy: str):
    assert relationship(user(f"x: {definition}")).fact.lazy == lazy


def test_one_that_refers_to_its_own_class():
    found = user(
        'boss_id = mapped_column(ForeignKey("users.id"))\n'
        "boss: Mapped[Optional['User']] = relationship(remote_side=[id], back_populates='team')\n"
        "team: Mapped[list['User']] = relationship(back_populates='boss')"
    )
    boss, team = relationship(found, "boss"), relationship(found, "team")
    assert (boss.direction, boss.inverse) == ("many-to-one", "team")
    assert (team.direction, team.many) == ("one-to-many", True)


def test_two_keys_are_told_apart_by_foreign_keys():
    found = user(
        'home_id = mapped_column(ForeignKey("teams.id"))\n'
        'away_id = mapped_column(ForeignKey("teams.id"))\n'
        "x: Mapped[Team] = relationship(foreign_keys=[away_id])"
    )
    assert relationship(found).keys == ("away_id",)


def test_a_backref_is_on_the_other_class():
    found = user(KEY + "x = relationship('Team', backref=backref('users', lazy='dynamic'))")
    users = relationship(found, "users", "Team")
    assert (users.many, users.direction, users.from_backref) == (True, "one-to-many", True)
    assert (users.target, users.inverse, users.fact.lazy) == ("models.py::User", "x", "dynamic")


def test_what_a_mixin_and_a_base_class_declare_is_inherited():
    found = registry_of(
        "class Owned:\n    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))\n"
        "    @declared_attr\n    def team(cls) -> Mapped['Team']:\n"
        "        return relationship('Team')\n"
        "class Page(Owned, Base):\n    __tablename__ = 'pages'\n"
        "    id = Column(Integer, primary_key=True)\n"
        "class Book(Page):\n    pass\n"
    )
    assert found.mapped("models.py::Owned") is None
    assert relationship(found, "team", "Book").direction == "many-to-one"
    book = found.mapped("models.py::Book")
    assert isinstance(book, MappedClass)
    assert (book.table, book.primary_key) == ("pages", ("id",))
    assert found.is_a(book.key, "models.py::Page")


def test_columns_and_proxies():
    found = user(
        'name = deferred(Column("user_name", Integer))\nage: Mapped[int]\n'
        'titles = association_proxy("posts", "title")\nother = 3'
    ).mapped("models.py::User")
    assert found is not None
    assert list(found.columns) == ["id", "name", "age"]
    assert (found.columns["name"].column, found.columns["name"].deferred) == ("", True)
    assert found.proxies["titles"].relationship == "posts"


@pytest.mark.parametrize(
    "text",
    [
        "class Plain:\n    id = 3\n",
        "class Abstract(Base):\n    __abstract__ = True\n    __tablename__ = 'x'\n",
        "class A(B): ...\nclass B(A): ...\n",
    ],
)
def test_what_is_not_mapped(text: str):
    found = registry_of(text)
    name = text.split("(")[0].split(":")[0].removeprefix("class ")
    assert found.mapped(f"models.py::{name}") is None


def test_a_file_without_an_orm_is_not_looked_into():
    module = Module(decode("a.py", b"class User:\n    x = 1\n"))
    assert models_of(module).classes == ()
    assert "tree" not in vars(module)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mapped[Team]", ("Mapped", "Team", False, False)),
        ("Mapped['models.Team']", ("Mapped", "models.Team", False, False)),
        ("'Mapped[list[Team]]'", ("Mapped", "Team", True, False)),
        ("Mapped[Annotated[Team, 1]]", ("Mapped", "Team", False, False)),
        ("Mapped[Union[Team, None]]", ("Mapped", "Team", False, False)),
        ("Mapped[Union[Team, User]]", ("Mapped", "", False, False)),
        ("Mapped[dict[str, list[Team]]]", ("Mapped", "Team", True, True)),
        ("Mapped[Any]", ("Mapped", "", False, False)),
        ("list['Hero']", ("", "Hero", True, False)),
        ("Team | None", ("", "Team", False, False)),
    ],
)
def test_annotations(text: str, expected: tuple):
    node = parse("a.py", text.encode()).body[0].value
    assert tuple(mapped(node)) == expected
