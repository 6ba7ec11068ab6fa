"""What is said of loops over rows: how safe a fix is, what is only shown, and what is refused."""

# ruff: noqa: E501 -- a program on one line reads best

import pytest

from lever_fix.model import Safety
from lever_fix.testing import check_unchanged, rewrite

ID = "eager-load"
MODELS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    users: Mapped[list["User"]] = relationship(back_populates="team")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    team: Mapped[Team | None] = relationship(back_populates="users")
    posts: Mapped[list["Post"]] = relationship(back_populates="user")


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="posts")
"""
HEAD = "from models import Post, Team, User\nfrom sqlalchemy import select\n\n\n"


def findings(code: str, head: str = HEAD, **more: str):
    files = {"models.py": MODELS, "main.py": head + code, **more}
    return rewrite(ID, files).findings


def loop(body: str, before: str = "", query: str = "select(User)", head: str = "") -> str:
    """A loop over users, with lines around it."""
    lines = [f"    {line}\n" for line in before.splitlines()]
    inner = [f"        {line}\n" for line in body.splitlines()]
    return (
        f"{head}def f(session, other=None):\n    users = session.scalars({query}).all()\n"
        f"{''.join(lines)}    for user in users:\n{''.join(inner)}"
    )


SAFE = [
    "print(user.posts)",
    "print(user.name, len(user.posts))",
    "if user.name:\n    print(user.team.name)",
    "if not user.team:\n    continue\nprint(user.posts)",
    "user.name = sorted(post.title for post in user.posts)[0]",
    "print([*user.posts][:], user.posts[:])",
    "session.flush()\nprint(user.posts)",
    "other.append(user.posts)",
    "try:\n    print(user.posts)\nexcept KeyError:\n    pass",
    "print(max(post.title for post in user.posts))",
    "with open(user.name) as file:\n    file.write(user.team.name)",
    "match user.name:\n    case 'a':\n        print(user.posts)",
    "if user.posts:\n    raise ValueError(user.team.name)",
    "print(session.scalar(select(User.id)), user.posts)",
    "getattr(user, 'posts')",
    "print(f'{user.name:{len(user.posts)}}')",
]


@pytest.mark.parametrize("body", SAFE)
def test_safe(body: str):
    (found,) = findings(loop(body))
    assert (found.safety, found.reasons) == (Safety.SAFE, ())


UNSAFE = [
    ("session.add(Post(user_id=user.id))\nprint(user.posts)", "is made between"),
    ("print(user.posts)\nif other:\n    session.commit()", "`session.commit()` is called"),
    ("print(user.posts)\nsession.close()", "`session.close()`"),
    ("print(user.posts[0])", "one of `User.posts` is taken by its place"),
    ("print(user.posts[:3])", "one of `User.posts` is taken by its place"),
    ("print(next(iter(user.posts)).title)", "one of `User.posts` is taken by its place"),
    ("print(user.posts.pop())", "one of `User.posts` is taken by its place"),
    ("print(user.posts)\nuser.team_id = 3", "`User.team_id` is assigned"),
    ("print(user.team)\nuser.team = other", "`User.team` is assigned"),
    ("print(user.posts)\nuser.posts.append(other)", "changes the collection"),
    ("print(user.posts)\nother(user)", "`other` gets a row"),
    ("print(user.posts)\nother(session)", "`other` gets the session"),
    ("print(user.posts)\nsession.execute(other)", "could not be followed"),
    ("print(user.posts)\nsetattr(user, 'name', 1)", "`setattr` changes a row"),
    ("print(user.posts)\nif other:\n    break", "a `break` may end the loop"),
    ("if user.posts:\n    return user", "a `return` may end the loop"),
    ("yield user.posts", "`yield`"),
    ("try:\n    print(user.posts)\nexcept Exception:\n    pass", "would catch"),
    ("for post in user.posts:\n    post.title = user.team.name", "a `Post` is changed"),
]


@pytest.mark.parametrize(("body", "reason"), UNSAFE)
def test_unsafe(body: str, reason: str):
    (found,) = findings(loop(body))
    assert found.safety is Safety.UNSAFE
    assert any(reason in one for one in found.reasons), found.reasons


def test_a_collection_that_says_its_order_has_a_first():
    models = MODELS.replace(
        'relationship(back_populates="user")',
        'relationship(back_populates="user", order_by="Post.id")',
    )
    (found,) = findings(loop("print(user.posts[0].title)"), **{"models.py": models})
    assert (found.safety, found.reasons) == (Safety.SAFE, ())


def test_the_first_of_what_is_not_known():
    models = "import lib\n" + MODELS.replace(
        "    posts: Mapped",
        "    tags = relationship(lib.Tag, secondary='tagged')\n    posts: Mapped",
        1,
    )
    (found,) = findings(loop("print(user.tags[0].name)"), **{"models.py": models})
    assert found.reasons[0].startswith("one of `User.tags` is taken by its place")


def test_the_first_of_what_is_loaded_already_does_not_matter():
    query = "select(User).options(selectinload(User.posts))"
    code = "from sqlalchemy.orm import selectinload\n" + HEAD
    (found,) = findings(loop("print(user.posts[0], user.team)", query=query), code)
    assert found.safety is Safety.SAFE


def test_a_commit_of_another_session_expires_no_rows():
    code = (
        "from sqlalchemy.orm import sessionmaker\n\nmaker = sessionmaker()\n\n\ndef f():\n"
        "    with maker() as one, maker() as two:\n"
        "        for user in one.scalars(select(User)).all():\n"
        "            print(user.posts)\n            two.commit()\n"
    )
    (found,) = findings(code)
    assert found.safety is Safety.SAFE


def test_what_happens_before_the_query_does_not_matter():
    code = (
        "def f(session):\n    session.commit()\n    session.add(User())\n"
        + loop("print(user.posts)").partition("\n")[2]
    )
    (found,) = findings(code)
    assert found.safety is Safety.SAFE


def test_what_happens_behind_the_loop_does_not_matter():
    (found,) = findings(loop("print(user.posts)") + "    session.commit()\n    return users\n")
    assert found.safety is Safety.SAFE


def test_a_write_between_query_and_loop_matters():
    (found,) = findings(loop("print(user.posts)", before="session.rollback()"))
    assert found.safety is Safety.UNSAFE


@pytest.mark.parametrize("shared", ["self.session", "db.session"])
def test_unknown_code_may_use_a_session_that_is_shared(shared: str):
    code = (
        "import db\n\n\nclass Report:\n    def run(self, other):\n"
        f"        for user in {shared}.scalars(select(User)):\n"
        "            print(user.posts)\n            other()\n"
    )
    (found,) = findings(code)
    assert found.safety is Safety.UNSAFE
    assert "may use the same session" in found.reasons[0]


DISPLAY = [
    (
        "def named(session, user_id):\n    return session.scalars("
        "select(Post).where(Post.user_id == user_id, Post.title != '')).all()\n\n\n"
        "def f(session):\n    for user in session.scalars(select(User)):\n"
        "        print(named(session, user.id))\n",
        "`select(Post).where(Post.user_id.in_(keys))` with its other conditions, looked up by",
    ),
    (loop("print(user.posts)\nsession.commit()"), "`commit()` in the loop expires the rows"),
    (loop("session.rollback()\nprint(user.posts)"), "`rollback()` in the loop expires the rows"),
    (loop("print(user.posts)\nsession.expire_all()"), "with what was loaded"),
    (
        "def f(session, options):\n    for user in session.scalars(select(User).options(*options)):\n"
        "        print(user.posts)\n",
        "options that could not be followed",
    ),
    (
        "def f(session, tenant):\n    for user in session.query(User).for_tenant(tenant):\n"
        "        print(user.posts)\n",
        "a method of the statement is not known",
    ),
    (
        "def all_of(session, model):\n    return session.scalars(select(model)).all()\n\n\n"
        "def f(session):\n    for user in all_of(session, User):\n        print(user.posts)\n",
        "for whatever class it is given",
    ),
    (
        "def user_of(session, user_id):\n    return session.get(User, user_id)\n\n\n"
        "def f(session):\n    for post in session.scalars(select(Post)):\n"
        "        print(user_of(session, post.user_id))\n",
        "`select(User).where(User.id.in_(keys))`",
    ),
    (
        "def f(session):\n    for user in session.scalars(select(User)):\n"
        "        post = session.scalars(select(Post).where(Post.user_id == user.id)"
        ".order_by(Post.id.desc())).first()\n        print(post)\n",
        "more than one row may match",
    ),
    (
        "def f(session):\n    for user in session.scalars(select(User)):\n"
        "        print(session.scalars(select(Post).where(Post.user_id == user.id).limit(3)).all())\n",
        "limits, groups or locks",
    ),
    (
        "def f(session):\n    for user in session.scalars(select(User)):\n"
        "        print(session.scalars(select(Post.title).where(Post.user_id == user.id)).all())\n",
        "asks for columns",
    ),
    (
        "def f(session):\n    for post in session.scalars(select(Post)):\n"
        "        print(session.scalars(select(User).where(User.id == post.user_id)).one())\n",
        "raises where nothing is found",
    ),
    (
        "def f(session):\n    for user in session.scalars(select(User)):\n"
        "        print(session.scalars(select(Post).where(Post.title == user.name)).all())\n",
        "is no foreign key",
    ),
    (
        "def f(session):\n    for user in session.scalars(select(User)):\n        word = user.name\n"
        "        print(session.scalars(select(Post).where(Post.user_id == user.id, "
        "Post.title == word)).all())\n",
        "`word`, which the loop binds",
    ),
    (
        "def f(session):\n    users = session.scalars(select(User)).all()\n"
        "    return [session.scalars(select(Post).where(Post.user_id == user.id)).all()"
        " for user in users]\n",
        "not a plain `for`",
    ),
]


@pytest.mark.parametrize(("code", "reason"), DISPLAY)
def test_only_shown(code: str, reason: str):
    result = check_unchanged(ID, {"models.py": MODELS, "main.py": HEAD + code})
    (found,) = result.findings
    assert found.safety is Safety.DISPLAY
    assert any(reason in one for one in found.reasons), found.reasons


REFUSED = [
    (loop("print(user.posts)", query="select(User).options(raiseload('*'))"), "explicit"),
    (
        "def f(session, selectinload):\n    for user in session.scalars(select(User)):\n"
        "        print(user.posts)\n",
        "name-taken",
    ),
    (
        "def f(session):\n    for user in session.scalars(select(User)).all():\n"
        "        print(session.scalars(select(Post).where(Post.user_id == user.id)).all())\n"
        "        session.commit()\n",
        "loop-writes",
    ),
]


@pytest.mark.parametrize(("code", "refusal"), REFUSED)
def test_refused(code: str, refusal: str):
    head = "from sqlalchemy.orm import raiseload\n" if "raiseload" in code else ""
    check_unchanged(ID, {"models.py": MODELS, "main.py": head + HEAD + code}, refusal=refusal)


NOTHING = [
    "def f(users):\n    for user in users:\n        print(user.posts)\n",
    "def f(session):\n    for user in session.all():\n        print(user.posts, user.team)\n",
    "def f(session):\n    print(session.scalars(select(User)).one().posts)\n",
    "def f(session):\n    users = session.scalars(select(User)).all()\n    print(users[0].posts)\n",
    "def f(session):\n    for user in session.scalars(select(User)):\n        print(user.metadata)\n",
    "def f(session):\n    for user in session.scalars(select(User)):\n"
    "        user.team = None\n        print(user.team_id)\n",
    "def f(session):\n    for name in session.scalars(select(User.name)):\n        print(name)\n",
    "def f(session):\n    for user in list(User):\n        print(user.posts)\n",
    # All rows lead to one and the same object, which is loaded once.
    loop("print(user.team.name)", query="select(User).where(User.team_id == other)"),
    loop("print(user.team.users)", query="select(User).filter_by(team_id=other.id)"),
    loop("print(user.team)", query="select(User).where(User.name != '', 3 == User.team_id)"),
]


@pytest.mark.parametrize("code", NOTHING)
def test_nothing_to_say(code: str):
    assert findings(code) == ()


ASYNC = """\
async def f(session: AsyncSession, other):
    for user in await session.scalars(select(User).where(User.team_id == other)):
        print(user.team.name)
"""
NOT_SHARED = [
    loop("print(user.team.name)", query="select(User).where(User.id == other)"),
    loop("print(user.team.name)", query="select(User).where(User.team_id != other)"),
    loop("print(user.team.name)", query="select(User).where(User.team_id.in_(other))"),
    loop("print(user.team.name)", query="select(User).where(User.team_id == func.max(Team.id))"),
    loop("print(user.team.name)", query="select(User).join(Team).where(User.team_id == Team.id)"),
    loop("print(user.team.name)", query="select(User).where(Post.user_id == other)"),
    loop("print(user.posts)", query="select(User).where(User.team_id == other)"),
    loop(
        "for one in user.team.users:\n    print(one.posts)",
        query="select(User).where(User.team_id == other)",
    ),
    ASYNC,
]


@pytest.mark.parametrize("code", NOT_SHARED)
def test_rows_that_lead_to_different_objects(code: str):
    imports = "from sqlalchemy import func\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
    assert len(findings(code, imports + HEAD)) == 1


WRITTEN = MODELS.replace(
    "    posts: Mapped",
    "    def __repr__(self):\n        return self.team.name\n\n    posts: Mapped",
)
BOTH = WRITTEN.replace("def __repr__", "def __str__(self):\n        return ''\n\n    def __repr__")
SHOWN = ["f'{user}'", "f'{user!s:>9}'", "print(user)", "str(user)", "format(user)"]
PLAINLY = ["f'{user!r}'", "repr(user)", "f'{user=}'"]


@pytest.mark.parametrize("body", [*SHOWN, *PLAINLY])
def test_a_row_that_is_written_reads_what_its_class_writes(body: str):
    (found,) = findings(loop(f"one = {body}"), **{"models.py": WRITTEN})
    assert "`User.team` is read row by row" in found.message
    assert len(findings(loop(f"one = {body}"), **{"models.py": BOTH})) == (body in PLAINLY)
    assert findings(loop(f"one = {body}")) == ()


def test_a_path_through_what_is_loaded_by_its_definition():
    models = MODELS.replace('(back_populates="team")', '(back_populates="team", lazy="selectin")')
    code = (
        "def f(session):\n    for team in session.scalars(select(Team)):\n"
        "        for user in team.users:\n            print(user.posts)\n"
    )
    (found,) = findings(code, **{"models.py": models})
    assert "`defaultload(Team.users).selectinload(User.posts)`" in found.message


def test_a_foreign_key_that_names_no_primary_key():
    models = MODELS.replace('ForeignKey("users.id")', 'ForeignKey("users.name")')
    (found,) = findings(loop("print(user.posts)"), **{"models.py": models})
    assert found.safety is Safety.UNSAFE
    assert found.reasons == ("`users.name` is not known as the primary key of `User`",)


def test_foreign_keys_that_are_no_doubt():
    by_name = MODELS.replace('ForeignKey("teams.id")', 'ForeignKey("teams.name")')
    (one,) = findings(loop("print(user.team)"), **{"models.py": by_name})
    named = MODELS.replace('"users.id"', '"users.user_id"').replace(
        '= "users"\n    id: Mapped[int] = mapped_column(',
        '= "users"\n    id: Mapped[int] = mapped_column("user_id", ',
    )
    (other,) = findings(loop("print(user.posts)"), **{"models.py": named})
    alike = MODELS.replace(
        '    users: Mapped[list["User"]]',
        '    team_id: Mapped[int] = mapped_column(ForeignKey("groups.code"))\n'
        '    users: Mapped[list["User"]]',
    )
    (third,) = findings(loop("print(user.team)"), **{"models.py": alike})
    assert one.safety is other.safety is third.safety is Safety.SAFE


@pytest.mark.parametrize(("query", "held"), [
    ("session.get(User, 1)", True),
    ("session.scalars(select(User)).first()", False),
    ("session.query(User).get(1)", True),
])  # fmt: skip
def test_only_what_is_got_may_be_held_already(query: str, held: bool):
    code = (
        f"def f(session):\n    user = {query}\n"
        "    for post in user.posts:\n        print(post.user.team, post.user.posts)\n"
        "        for one in post.user.team.users:\n            print(one.team.users)\n"
        "            print(one.posts)\n"
    )
    (found,) = findings(code)
    assert found.reasons[0].startswith("only one row is fetched")
    assert ("already holds" in found.reasons[0]) is held


OWN = (
    MODELS
    + """
    @classmethod
    def every(cls, session):
        return session.scalars(select(cls)).all()


class Draft(Post): ...
"""
)


@pytest.mark.parametrize(("name", "safety"), [("Post", "unsafe"), ("Draft", "display")])
def test_a_class_that_queries_itself(name: str, safety: str):
    models = OWN.replace("import ForeignKey", "import ForeignKey, select")
    code = (
        f"from models import {name}\n\n\ndef f(session):\n"
        f"    for post in {name}.every(session):\n        print(post.user.name)\n"
    )
    (found,) = findings(code, "", **{"models.py": models})
    assert found.safety.value == safety
    if safety == "unsafe":
        assert "`joinedload(cls.user)`" in found.message
        assert {edit.path for edit in found.fix.edits} == {"models.py"}


def test_callers_of_the_query_are_named():
    queries = HEAD + "def users(session):\n    return session.scalars(select(User)).all()\n"
    code = (
        "from queries import users\n\n\ndef f(session):\n    for user in users(session):\n"
        "        print(user.posts)\n\n\ndef g(session):\n    return len(users(session))\n"
    )
    (found,) = findings(code, "", **{"queries.py": queries})
    assert found.safety is Safety.UNSAFE
    assert "`main.py::g` would load the same" in found.reasons[0]
    assert {edit.path for edit in found.fix.edits} == {"queries.py"}


def test_async_code_is_told_what_happens():
    code = (
        "async def f(session):\n    for user in await session.scalars(select(User)):\n"
        "        print(user.posts)\n"
    )
    (found,) = findings(code)
    assert found.safety is Safety.SAFE
    assert "MissingGreenlet" in found.message


def test_a_loop_in_a_helper_may_end_as_it_likes():
    code = (
        "def helper(user):\n    for word in ('a', 'b'):\n        if word in user.name:\n"
        "            return user.posts\n\n\n" + loop("print(helper(user))")
    )
    (found,) = findings(code)
    assert found.safety is Safety.SAFE


def test_a_helper_that_does_more_is_no_lookup():
    code = (
        "def move(session, user_id):\n    user = session.get(User, user_id)\n"
        "    user.name = ''\n    session.commit()\n\n\n"
        "def f(session):\n    for post in session.scalars(select(Post)):\n"
        "        move(session, post.user_id)\n"
    )
    assert findings(code) == ()


def test_relationships_of_a_sqlmodel_table_are_no_fields():
    models = (
        "from sqlmodel import Field, Relationship, SQLModel\n\n\n"
        "class Team(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n"
        '    heroes: list["Hero"] = Relationship(back_populates="team")\n\n\n'
        "class Hero(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n"
        '    team_id: int = Field(foreign_key="team.id")\n'
        '    team: Team = Relationship(back_populates="heroes")\n'
    )
    code = (
        "from fastapi import APIRouter\nfrom models import Team\nfrom sqlmodel import select\n\n"
        "router = APIRouter()\n\n\n@router.get('/teams', response_model=list[Team])\n"
        "def teams(session):\n    return session.exec(select(Team)).all()\n"
    )
    assert rewrite(ID, {"models.py": models, "main.py": code}).findings == ()


def test_one_row_found_by_a_loop_is_one_row():
    code = (
        "def find(session, name):\n    for user in session.scalars(select(User)):\n"
        "        if user.name == name:\n            return user\n\n\n"
        "def f(session, name):\n    user = find(session, name)\n    print(user.team)\n"
        "    for user in session.scalars(select(User)):\n        pass\n    print(user.team)\n"
    )
    assert findings(code) == ()


def test_what_the_loop_queries_for_is_there_already():
    code = (
        "async def f(session):\n    for post in await session.scalars(select(Post)):\n"
        "        await session.execute(select(User).where(User.id == post.user_id))\n"
        "        print(post.user.name)\n"
    )
    (found,) = findings(code)
    assert "Post.user" not in found.message


@pytest.mark.parametrize(
    ("call", "is_read"),
    [
        ("view(user)", False),
        ("view(user, full=True)", True),
        ("view(user, full=False)", False),
        ("view(user, full=bool(user.name))", True),
        ("view(user, brief=False)", True),
    ],
)
def test_a_branch_that_is_switched_off_reads_nothing(call: str, is_read: bool):
    code = (
        "def view(user, full=False, *, brief=True):\n"
        "    return user.posts if full or not brief else user.name\n\n\n"
        f"def f(session):\n    return [{call} for user in session.scalars(select(User))]\n"
    )
    assert bool(findings(code)) is is_read


def test_a_flag_that_the_loop_sets_switches_nothing_off():
    body = "if first:\n    first = False\nelse:\n    session.commit()\nprint(user.posts)"
    (found,) = findings(loop(body, before="first = True"))
    assert found.safety is Safety.UNSAFE


def test_an_option_goes_with_every_use_of_its_statement():
    code = (
        "def f(session):\n    query = select(Post)\n"
        "    for post in session.scalars(query):\n        print(post.user)\n"
        "    return session.scalars(query.with_for_update()).all()\n"
    )
    (found,) = findings(code)
    assert "`selectinload(Post.user)`" in found.message


def test_a_library_that_gets_a_function_and_a_row():
    code = "import asyncio\n\n\ndef store(user): ...\n\n\nasync " + loop(
        "print(user.posts)\nawait asyncio.to_thread(store, user)"
    ).replace("session.scalars(select(User)).all()", "(await session.scalars(select(User))).all()")
    (found,) = findings(code)
    assert found.safety is Safety.UNSAFE


def test_a_function_that_is_too_long_to_be_followed():
    (found,) = findings(loop("print(user.posts)\n" + "other.value = 1\n" * 6_100))
    assert found.safety is Safety.UNSAFE
    assert "too much to be followed" in found.reasons[0]


def test_a_fix_with_more_doubts_than_anybody_checks_is_only_described():
    calls = [f"unknown_{n}(user, session)\n" for n in range(12)]
    bodies = ["print(user.posts)\n" + "".join(calls[:count]) for count in (2, 12)]
    few, many = (findings(loop(body)) for body in bodies)
    assert [one.safety for one in (*few, *many)] == [Safety.UNSAFE, Safety.DISPLAY]
    assert many[0].fix is None
    assert len(many[0].reasons) == 6
    assert many[0].reasons[-1].endswith("more of the kind")
    assert "`selectinload(User.posts)`" in many[0].message


@pytest.mark.parametrize(("count", "safety"), [(8, Safety.SAFE), (9, Safety.DISPLAY)])
def test_a_whole_graph_for_each_row_is_only_described(count: int, safety: Safety):
    names = [f"part_{n}" for n in range(count)]
    keys = "".join(f"    {name}_id = Column(ForeignKey('parts.id'))\n" for name in names)
    parts = "".join(
        f"    {name} = relationship('Part', foreign_keys='Whole.{name}_id')\n" for name in names
    )
    models = (
        "from sqlalchemy import Column, ForeignKey, Integer\n"
        "from sqlalchemy.orm import declarative_base, relationship\n\nBase = declarative_base()\n\n\n"
        "class Part(Base):\n    __tablename__ = 'parts'\n    id = Column(Integer, primary_key=True)\n\n\n"
        f"class Whole(Base):\n    __tablename__ = 'wholes'\n    id = Column(Integer, primary_key=True)\n{keys}{parts}"
    )
    head = "from sqlalchemy import select\nfrom wholes import Whole\n\n\n"
    read = ", ".join(f"whole.{name}" for name in names)
    code = f"def f(session):\n    for whole in session.scalars(select(Whole)).all():\n        print({read})\n"
    (found,) = findings(code, head, **{"wholes.py": models})
    assert found.safety is safety


def laid_out(code: str) -> str:
    """What becomes of a program after its imports."""
    head = HEAD.replace("select\n", "select\nfrom sqlalchemy.orm import undefer\n")
    done = rewrite(ID, {"models.py": MODELS, "main.py": head + code})
    return done.files["main.py"].decode().partition("\n\n\n")[2]


def test_options_beside_others_each_have_a_line_where_they_do_not_fit():
    query = "select(User).options(undefer(User.name), undefer(User.team_id))"
    made = laid_out(loop("print(user.team.users, user.posts)", query=query))
    options = made.partition("options(\n")[2].partition("\n    )")[0].splitlines()
    assert [one.strip() for one in options] == [
        "undefer(User.name),",
        "undefer(User.team_id),",
        "selectinload(User.posts),",
        "joinedload(User.team).selectinload(Team.users),",
    ]


def test_options_of_one_object_have_lines_of_their_own_where_they_do_not_fit():
    code = (
        "def f(session, key):\n    user = session.get(User, key)\n"
        "    for mate in user.team.users:\n        print(mate.posts)\n"
    )
    assert laid_out(code).startswith(
        "def f(session, key):\n"
        "    user = session.get(\n"
        "        User,\n"
        "        key,\n"
        "        options=[\n"
        "            joinedload(User.team).selectinload(Team.users).selectinload(User.posts),\n"
        "        ],\n"
        "    )\n"
    )


def test_an_imperative_mapping_is_said_not_to_be_read():
    text = (
        "from sqlalchemy.orm import registry\n\nfrom models import Team, teams\n\n"
        "registry().map_imperatively(Team, teams)\n"
    )
    (refusal,) = rewrite(ID, {"main.py": text}).refusals
    assert (refusal.code, refusal.path) == ("imperative-mapping", "main.py")
    assert "`Team`" in refusal.chain[0]
