"""What is not walked in full: a probe tells that nothing is found there, and never wrongly."""

import pytest

from lever_fix.domains.orm import roots
from lever_fix.testing import rewrite
from tests.codemods.test_eager_load import HEAD, MODELS

HELPERS = """\
from models import Team, User
from sqlalchemy.orm import Session


def model(session: Session):
    session.execute("select 1")
    for name in ("a", "b"):
        print(name)
    if session.dirty:
        fallback(session)
    return User


def fallback(session: Session):
    return model(session)


def same(session: Session, kind):
    session.execute("select 1")
    return kind


def one(session: Session):
    return two(session)


def two(session: Session):
    return three(session)


def three(session: Session):
    return model(session)


def print_all(session: Session):
    for name in ("a", "b"):
        print(name, one(session), same(session, Team))
"""
LOOPS = {
    "a cycle that began elsewhere": ("fallback(session)", "user.team.name"),
    "another argument": ("same(session, User)", "user.team.name"),
    "a call less deep": ("three(session)", "user.team.name"),
}


def found(files: dict[str, str]) -> list[tuple[str, str, str]]:
    every = rewrite("eager-load", files).findings
    return [(one.path, one.message, one.safety.value) for one in every]


@pytest.mark.parametrize(("kind", "read"), LOOPS.values(), ids=LOOPS)
def test_what_a_helper_gives_back_is_known_for_what_it_is_given(kind, read):
    loop = (
        "import helpers\nfrom models import User\n"
        "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\n\n"
        f"def names(session: Session):\n    kind = helpers.{kind}\n"
        f"    return [{read} for user in session.scalars(select(kind)).all()]\n"
    )
    files = {"models.py": MODELS, "helpers.py": HELPERS, "main.py": loop}
    ((path, message, safety),) = found(files)
    assert (path, safety) == ("main.py", "display")
    assert "`User.team` is read" in message or "`User.team` read" in message


def walked(monkeypatch) -> list[str]:
    """The functions that are walked in full."""
    names: list[str] = []
    original = roots.is_worthwhile

    def spied(world, frame):
        is_worthwhile = original(world, frame)
        if is_worthwhile:
            names.append(frame.name)
        return is_worthwhile

    monkeypatch.setattr(roots, "is_worthwhile", spied)
    return names


def test_only_functions_in_which_something_may_be_found_are_walked(monkeypatch):
    names = walked(monkeypatch)
    code = (
        "def plain(session):\n"
        "    return [user.name for user in session.scalars(select(User)).all()]\n"
        "def lazy(session):\n"
        "    return [user.team.name for user in session.scalars(select(User)).all()]\n"
        "def first(session):\n"
        "    for name in ('a', 'b'):\n"
        "        print(session.scalars(select(User).where(User.name == name)).all())\n"
        "def queried(session):\n"
        "    for user in session.scalars(select(User)).all():\n"
        "        print(session.scalars(select(Post).where(Post.user_id == user.id)).all())\n"
    )
    assert len(found({"models.py": MODELS, "main.py": HEAD + code})) == 2
    assert set(names) == {"lazy", "queried"}


def test_what_is_loaded_already_is_not_walked_in_full(monkeypatch):
    names = walked(monkeypatch)
    full: list[str] = []
    original = roots.Walk
    monkeypatch.setattr(
        roots, "Walk", lambda *given: (full.append(given[-1].name), original(*given))[1]
    )
    code = (
        "from sqlalchemy.orm import joinedload\n"
        "def loaded(session):\n"
        "    users = session.scalars(select(User).options(joinedload(User.team)))\n"
        "    return [user.team.name for user in users]\n"
        "def lazy(session):\n"
        "    return [user.team.name for user in session.scalars(select(User)).all()]\n"
    )
    assert len(found({"models.py": MODELS, "main.py": HEAD + code})) == 1
    assert (set(names), full) == ({"loaded", "lazy"}, ["lazy"])


CALLED = """\
from models import Team, User
from sqlalchemy import select
from sqlalchemy.orm import Session


class Report:
    def __init__(self, session: Session, rows):
        self.session = session
        self.rows = rows

    def write(self):
        print(self.session.scalars(select(Team)).all())
        for row in self.rows or ():
            print(row.team.name)


def touch(session: Session):
    session.scalars(select(Team)).all()


def count(session: Session) -> int:
    return len(session.scalars(select(Team)).all())


def teams(session: Session):
    return session.scalars(select(Team)).all()


def show(session: Session, rows):
    session.scalars(select(Team)).all()
    for row in rows:
        print(row.team.name)


def each(session: Session, function, rows):
    session.scalars(select(Team)).all()
    for row in rows:
        function(row)


def run(session: Session, function):
    session.scalars(select(Team)).all()
    function()
"""
CALLS = {
    "a statement": ("called.touch(session)", set(), 0),
    "an awaited one": ("await called.touch(session)", set(), 0),
    "what is no row": ("print(called.count(session))", set(), 0),
    "what may be one": ("print(called.teams(session))", {"teams"}, 0),
    "given rows": ("called.show(session, users)", {"show"}, 1),
    "given what reads them": (
        "called.each(session, lambda user: print(user.team.name), users)", {"each"}, 1,
    ),
    "given what is of one that holds them": (
        "called.run(session, called.Report(session, users).write)", {"run", "Report.write"}, 1,
    ),
    "of what holds none": ("called.Report(session, None).write()", set(), 0),
    "of what holds them": ("called.Report(session, users).write()", {"Report.write"}, 1),
}  # fmt: skip


@pytest.mark.parametrize(("call", "entered", "count"), CALLS.values(), ids=CALLS)
def test_what_a_function_does_with_rows_of_its_own_is_told_of_it_alone(
    monkeypatch, call, entered, count
):
    opened: set[str] = set()
    original = roots.Probe.definition

    def definition(walk, symbol):
        if walk.root.name == "main":
            opened.add(symbol.name)
        return original(walk, symbol)

    monkeypatch.setattr(roots.Probe, "definition", definition)
    kind = "async def" if "await" in call else "def"
    code = (
        f"{kind} main(session: Session):\n    users = session.scalars(select(User)).all()\n"
        f"    for name in ('a', 'b'):\n        print(name)\n    {call}\n"
    )
    main = f"import called\nfrom sqlalchemy.orm import Session\n{HEAD}{code}"
    every = found({"models.py": MODELS, "called.py": CALLED, "main.py": main})
    assert (opened - {"Report.__init__"}, len(every)) == (entered, count)


def test_a_project_without_mapped_classes_is_not_walked(monkeypatch):
    names = walked(monkeypatch)
    probed: list[str] = []
    monkeypatch.setattr(roots, "Probe", lambda *_, **__: probed.append("probe"))
    code = (
        "from sqlalchemy import text\n\n\ndef rows(session):\n"
        "    for row in session.execute(text('select 1')):\n        print(row.team.name)\n"
    )
    assert found({"main.py": code}) == []
    assert names == probed == []
