"""Options that are not written where the statement is, and rows that are asked what they have."""

import pytest

from lever_fix.model import Safety
from tests.codemods.test_eager_load import MODELS, rewrite

HEAD = (
    "from models import Post, Team, User\n"
    "from sqlalchemy import inspect, select\n"
    "from sqlalchemy.orm import Session, joinedload, selectinload\n"
    "from sqlalchemy.orm.interfaces import LoaderOption\n\n\n"
)
HELPERS = """\
from models import Team, User
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption


def some():
    \"\"\"What a list of users shows.\"\"\"
    return [joinedload(User.team)]


def several():
    base = joinedload(User.team)
    return base, selectinload(User.posts)


def one():
    from sqlalchemy.orm import joinedload

    return joinedload(User.team)


def inner():
    return some()


def annotated() -> tuple[LoaderOption, LoaderOption]:
    return joinedload(User.team), selectinload(User.posts)


def chosen(all_of_them):
    if all_of_them:
        return [joinedload(User.team)]
    return []


def none():
    return ()


class Store:
    @staticmethod
    def plain():
        return [joinedload(User.team)]

    def own(self):
        return (joinedload(User.team),)

    def hook(self):
        return ()

    def names(self, session):
        found = session.scalars(select(User).options(*self.own())).all()
        return [user.team.name for user in found]
"""


def found(code: str):
    files = {"models.py": MODELS, "helpers.py": HELPERS, "main.py": HEAD + code}
    return [one for one in rewrite("eager-load", files).findings if one.path == "main.py"]


def names(options: str, before: str = "", read: str = "user.team.name") -> str:
    lines = "".join(f"    {line}\n" for line in before.splitlines())
    return (
        f"import helpers\ndef names(session: Session, given=None):\n{lines}"
        f"    users = session.scalars(select(User).options({options})).all()\n"
        f"    return [{read} for user in users]\n"
    )


LOADED = {
    "a list": names("*helpers.some()"),
    "several, built up": names("*helpers.several()"),
    "a single one": names("helpers.one()"),
    "of a class": names("*helpers.Store.plain()"),
    "of an object": names("*helpers.Store().own()"),
    "unpacked": names("team", "team, posts = helpers.annotated()"),
    "a local list": names("*wanted", "wanted = [joinedload(User.team)]"),
    "a local tuple": names("*wanted", "wanted = (joinedload(User.team),)"),
    "a list in place": names("*[joinedload(User.team)]"),
    "of itself": HELPERS.replace("from models", "from sqlalchemy import select\nfrom models"),
    "of a legacy query": names("[joinedload(User.team)]").replace(
        "session.scalars(select(User)", "(session.query(User)"
    ),
}


@pytest.mark.parametrize("code", LOADED.values(), ids=LOADED)
def test_what_given_options_load_is_loaded(code):
    assert found(code) == []


UNKNOWN = {
    "one of two lists": names("*helpers.chosen(given)"),
    "of a function that it calls": names("*helpers.inner()"),
    "none": names("*helpers.none()"),
    "a hook": names("*helpers.Store().hook()"),
    "some of a tuple": names("*wanted", "wanted = (selectinload(User.posts), given)"),
    "some in place": names("*[selectinload(User.posts), given]"),
    "a list that grows": names(
        "*wanted", "wanted = [selectinload(User.posts)]\nif given:\n    wanted.append(given)"
    ),
    "a list that changes": names(
        "*wanted", "wanted = [selectinload(User.posts)]\nwanted[0] = given"
    ),
    "a list made longer": names(
        "*wanted", "wanted = [selectinload(User.posts)]\nwanted += [joinedload(User.team)]"
    ),
    "a list or none": names("*wanted", "wanted = helpers.some() if given else []"),
}  # fmt: skip


@pytest.mark.parametrize("code", UNKNOWN.values(), ids=UNKNOWN)
def test_options_that_may_be_others_are_only_told_of(code):
    (finding,) = found(code)
    assert finding.safety is Safety.DISPLAY
    assert "options that could not be followed" in finding.reasons[0]


def test_what_given_options_do_not_load_is_added_to_them():
    (finding,) = found(names("*helpers.some()", read="(user.team.name, user.posts)"))
    assert finding.safety is Safety.SAFE
    assert "`User.posts` is read row by row" in finding.message
    assert "".join(edit.text for edit in finding.fix.edits).split() == [
        ",",
        "selectinload(User.posts)",
    ]


def test_a_subclass_may_give_other_options():
    (finding,) = found(names("*helpers.Store().own()", read="(user.team.name, user.posts)"))
    assert finding.safety is Safety.UNSAFE
    assert finding.reasons == ("a method gives it options, and that of a subclass may give others",)


METHODS = """\
class Shown:
    def __init__(self, user, posts=None, team=None):
        self.user, self.posts, self.team = user, posts, team


def show(user: User, posts=None):
    if posts is not None:
        return [post.title for post in posts]
    return [post.title for post in user.posts]


def or_else(user: User, posts=None):
    if posts is None:
        posts = user.posts
    return len(posts)


def inline(user: User, posts=None):
    return len(user.posts if posts is None else posts)


def both(user: User, posts=None):
    if posts is None:
        return []
    return user.posts


"""
GIVEN = {
    "else": ("show(user, posts_by_user[user.id])", 0),
    "by name": ("show(user, posts=posts_by_user.get(user.id))", 0),
    "not given": ("show(user)", 1),
    "given none": ("show(user, None)", 1),
    "at the start": ("or_else(user, posts_by_user[user.id])", 0),
    "in an expression": ("inline(user, posts_by_user[user.id])", 0),
    "in an expression, not given": ("inline(user)", 1),
    "where it is given": ("both(user, posts_by_user[user.id])", 1),
}


@pytest.mark.parametrize(("call", "count"), GIVEN.values(), ids=GIVEN)
def test_what_is_handed_over_is_not_read_again(call, count):
    code = (
        f"{METHODS}def shown(session: Session, posts_by_user):\n"
        f"    return [{call} for user in session.scalars(select(User)).all()]\n"
    )
    assert len(found(code)) == count


def test_what_is_not_read_in_a_call_that_hands_it_over_is_not_known_of_others():
    code = (
        f"{METHODS}"
        "def titles(user: User):\n    return [post.title for post in user.posts]\n\n\n"
        "def either(user: User, posts=None):\n"
        "    return titles(user) if posts is None else posts\n\n\n"
        "def shown(session: Session, posts):\n"
        "    return [either(user, posts) for user in session.scalars(select(User)).all()]\n\n\n"
        "def read(session: Session):\n"
        "    return [titles(user) for user in session.scalars(select(User)).all()]\n"
    )
    (finding,) = found(code)
    assert code.encode()[finding.span.start - len(HEAD) :].startswith(b"titles(user) for")


ASKED = {
    "not unloaded": ("'posts' not in inspect(user).unloaded", "user.posts", "()", 0),
    "unloaded": ("'posts' in inspect(user).unloaded", "()", "user.posts", 0),
    "in its dict": ("'posts' in inspect(user).dict", "user.posts", "()", 0),
    "in its own dict": ("'posts' in user.__dict__", "user.posts", "()", 0),
    "not in it": ("'posts' not in user.__dict__", "()", "user.posts", 0),
    "and more": ("user.name and 'posts' in user.__dict__", "user.posts", "()", 0),
    "and more, not in it": ("user.name and 'posts' not in user.__dict__", "()", "user.posts", 1),
    "another one": ("'team' in user.__dict__", "user.posts", "()", 1),
    "where it is not there": ("'posts' in user.__dict__", "()", "user.posts", 1),
    "something else": ("'posts' in user.name", "user.posts", "()", 1),
}


@pytest.mark.parametrize("is_statement", [False, True])
@pytest.mark.parametrize(("test", "there", "else_", "count"), ASKED.values(), ids=ASKED)
def test_what_is_read_where_it_is_loaded_runs_no_query(test, there, else_, count, is_statement):
    shown = (
        f"        if {test}:\n            print({there})\n"
        f"        else:\n            print({else_})\n"
        if is_statement
        else f"        print({there} if {test} else {else_})\n"
    )
    loop = "    for user in session.scalars(select(User)).all():\n"
    assert len(found(f"def shown(session: Session):\n{loop}{shown}")) == count


@pytest.mark.parametrize("shown", [
    "        if 'posts' not in user.__dict__:\n            print()\n",
    "        print(() if 'posts' not in user.__dict__ else user.posts)\n",
])  # fmt: skip
def test_what_is_read_behind_that_counts(shown):
    loop = "    for user in session.scalars(select(User)).all():\n"
    code = f"def shown(session: Session):\n{loop}{shown}        print(user.posts)\n"
    assert len(found(code)) == 1


@pytest.mark.parametrize(("before", "count"), [
    ("if 'posts' not in user.__dict__:\n            continue\n", 0),
    ("if 'posts' in user.__dict__:\n            print()\n        else:\n            continue\n", 0),
    ("if 'posts' in user.__dict__:\n            continue\n", 1),
    ("if user.name:\n            if 'posts' not in user.__dict__:\n                continue\n", 1),
])  # fmt: skip
def test_what_is_left_when_the_others_are_gone_runs_no_query(before, count):
    loop = "    for user in session.scalars(select(User)).all():\n"
    code = f"def shown(session: Session):\n{loop}        {before}        print(user.posts)\n"
    assert len(found(code)) == count


def test_what_one_loop_leaves_out_another_one_reads():
    code = (
        "def shown(session: Session):\n    users = session.scalars(select(User)).all()\n"
        "    for user in users:\n        if 'posts' not in user.__dict__:\n            continue\n"
        "    for user in users:\n        print(user.posts)\n"
    )
    assert len(found(code)) == 1


SCHEMA = """\
from typing import Any

from pydantic import BaseModel, field_validator, model_validator, root_validator


class PostOut(BaseModel):
    title: str


class UserOut(BaseModel):
    name: str
    posts: list[PostOut]

{}

class Out(UserOut):
    pass


def shown(session: Session):
    return [Out.model_validate(user) for user in session.scalars(select(User)).all()]
"""
VALIDATORS = {
    "none": ("", 1),
    "after": ('    @model_validator(mode="after")\n    def check(self):\n        return self\n', 1),
    "of a field": (
        '    @field_validator("name", mode="before")\n'
        "    def check(cls, value):\n        return value\n", 1,
    ),
    "of old": ("    @root_validator\n    def check(cls, values):\n        return values\n", 1),
    "before": (
        '    @model_validator(mode="before")\n    @classmethod\n'
        "    def check(cls, data: Any):\n        return {'name': data.name, 'posts': []}\n", 0,
    ),
    "around": (
        '    @model_validator(mode="wrap")\n    @classmethod\n'
        "    def check(cls, data, handler):\n        return handler({'name': data.name})\n", 0,
    ),
    "before of old": (
        "    @root_validator(pre=True)\n    def check(cls, values):\n        return values\n", 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("validator", "count"), VALIDATORS.values(), ids=VALIDATORS)
def test_a_validator_that_gets_the_row_reads_what_it_wants(validator, count):
    assert len(found(SCHEMA.format(validator))) == count


ALIASED = """\
from typing import Annotated

from pydantic import AliasChoices, BaseModel, Field


class Out(BaseModel):
    name: str
    {}


def shown(session: Session):
    return [Out.model_validate(user) for user in session.scalars(select(User)).all()]
"""
FIELDS = {
    "of its name": ("posts: list = Field(default=[])", "posts"),
    "of another": ('posts: list = Field(alias="name")', ""),
    "of a relationship": ('texts: list = Field([], alias="posts")', "posts"),
    "where two are given": ('texts: list = Field(alias="name", validation_alias="posts")', "posts"),
    "of one of several": ('posts: list = Field(validation_alias=AliasChoices("a", "b"))', ""),
    "in the annotation": ('posts: Annotated[list, Field(alias="name")]', ""),
    "only written so": ('posts: list = Field(serialization_alias="name")', "posts"),
}


@pytest.mark.parametrize(("field", "read"), FIELDS.values(), ids=FIELDS)
def test_a_field_is_filled_from_what_its_alias_says(field, read):
    names = [f"`User.{name}`" for name in ("posts", "team") if name == read]
    assert [one.message.partition(" ")[0] for one in found(ALIASED.format(field))] == names
