"""A run after a change finds what a run from nothing finds, and looks only at what may differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from lever_fix.engine import scanning
from lever_fix.engine.run import Run
from lever_fix.engine.workers import Context, Group, Workers
from lever_fix.semantics import module
from lever_fix.settings import Settings
from tests.codemods.test_eager_load import MODELS

HEAD = "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n"
KINDS = (
    f"from models import Post, User\nfrom models import Post as Kind\n{HEAD}\n\n"
    "def kind(session: Session):\n    session.execute('select 1')\n    return Post\n"
)
HELPERS = (
    f"import kinds\n{HEAD}\n\ndef chosen(session: Session):\n    return kinds.kind(session)\n\n\n"
    "def named(session: Session, flag=False):\n    session.execute('select 1')\n"
    "    return kinds.Kind\n"
)
LOOP = (
    f"{HEAD}import helpers\n\n\ndef names(session: Session):\n    kind = helpers.{{}}\n"
    "    return [user.team.name for user in session.scalars(select(kind)).all()]\n"
)
STORE = (
    f"{HEAD}from models import User\n\n\ndef touch(session: Session, user):\n    print(user)\n\n\n"
    "def every(session: Session):\n    return session.scalars(select(User)).all()\n"
)
SERVICE = "import store\n\n\ndef touch(session, user):\n    store.touch(session, user)\n"
PER_ROW = (
    f"{HEAD}import service\nfrom models import User\n\n\ndef touch_all(session: Session):\n"
    "    for user in session.scalars(select(User)).all():\n        service.touch(session, user)\n"
)
TAGS = (
    "from models import Base, User\nfrom sqlalchemy import Column, ForeignKey, Integer\n"
    "from sqlalchemy.orm import relationship\n\n\nclass Tag(Base):\n    __tablename__ = 'tags'\n"
    "    id = Column(Integer, primary_key=True)\n    user_id = Column(ForeignKey('users.id'))\n"
    "    user = relationship(User, {}='tags')\n"
)
TAGGED = (
    f"{HEAD}from models import User\n\n\ndef tags(session: Session):\n"
    "    return [len(user.tags) for user in session.scalars(select(User)).all()]\n"
)
FILES = {
    "models.py": MODELS,
    "kinds.py": KINDS,
    "helpers.py": HELPERS,
    "a.py": LOOP.format("chosen(session)"),
    "b.py": LOOP.format("chosen(session)"),
    "c.py": LOOP.format("named(session)"),
    "d.py": LOOP.format("named(session, True)"),
    "store.py": STORE,
    "service.py": SERVICE,
    "per_row.py": PER_ROW,
    "tags.py": TAGS.format("backref"),
    "tagged.py": TAGGED,
    "other.py": f"{HEAD}\n\ndef other(session: Session):\n    for x in 'ab':\n        print(x)\n",
}
EAGER = 'tags: Mapped[list["Tag"]] = relationship(lazy="joined")'
QUERIES = "session.scalars(select(User).where(User.team_id == user.id)).all()"
CHANGES = {
    "what a helper of a helper gives back": (
        "kinds.py", KINDS.replace("return Post", "return User"), "a.py b.py",
    ),
    "what a name in a helper stands for": (
        "kinds.py", KINDS.replace("Post as Kind", "User as Kind"), "c.py d.py",
    ),
    "a function far away comes to query": (
        "store.py", STORE.replace("print(user)", QUERIES), "per_row.py",
    ),
    "a backref of another file is gone": (
        "tags.py", TAGS.format("doc"), "tagged.py",
    ),
    "a mapper that is configured elsewhere": (
        "other.py", "from sqlalchemy.orm import configure_mappers\n\nconfigure_mappers()\n",
        "tagged.py",
    ),
    "a relationship of the models": (
        "models.py", MODELS.replace("    team_id", f"    {EAGER}\n    team_id"), "tagged.py",
    ),
    "a second class of a name": (
        "more.py", f"{MODELS}\n\nclass More(Base):\n    __tablename__ = 'more'\n", "",
    ),
    "nothing that matters": ("other.py", f"{FILES['other.py']}# end\n", ""),
}  # fmt: skip


def run(root: Path, *, cache: bool) -> dict[str, list[tuple[str, str]]]:
    """What is found in each file that something is found in."""
    paths = sorted(path.name for path in root.glob("*.py"))
    context = Context(str(root), (), (Group(("eager-load",), Settings()),))
    with Workers(context, 1) as workers:
        plan = Run(workers, dict.fromkeys(paths, 0), root / ".cache" if cache else None).plan()
    assert not plan.problems
    found: dict[str, list[tuple[str, str]]] = {}
    for one in plan.findings:
        found.setdefault(one.path, []).append((one.message, str((one.safety, one.reasons))))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("path", "text", "differ"), CHANGES.values(), ids=CHANGES)
def test_a_run_after_a_change_finds_what_a_run_from_nothing_finds(project, path, text, differ):
    before = run(project, cache=True)
    (project / path).write_text(text)
    after = run(project, cache=True)
    assert after == run(project, cache=False)
    changed = {one for one in (*before, *after) if before.get(one) != after.get(one)}
    assert changed == set(differ.split())


def test_a_run_after_a_change_looks_only_at_what_may_differ(project, monkeypatch):
    run(project, cache=True)
    seen: list[str] = []
    original = scanning.scan_file
    monkeypatch.setattr(
        scanning, "scan_file", lambda one, *more: (seen.append(one.path), original(one, *more))[1]
    )
    (project / "store.py").write_text(f"{STORE}# end\n")
    run(project, cache=True)
    assert set(seen) <= {"store.py", "service.py", "per_row.py"}
    (project / "store.py").write_text(STORE.replace("print(user)", QUERIES))
    seen.clear()
    run(project, cache=True)
    assert {"store.py", "per_row.py"} <= set(seen)
    assert seen.count("other.py") == seen.count("tagged.py") == 0


def test_a_look_that_finds_nothing_parses_no_whole_file(project, monkeypatch):
    quiet = LOOP.format("chosen(session)").replace("user.team.name", "user.id")
    (project / "quiet.py").write_text(quiet)
    whole: list[str] = []
    original = module.parse
    monkeypatch.setattr(
        module, "parse", lambda path, text: (whole.append(path), original(path, text))[1]
    )
    assert "tagged.py" in run(project, cache=False)
    assert whole.count("tagged.py") == 2  # for its facts, and for what is found
    assert whole.count("other.py") == whole.count("quiet.py") == whole.count("kinds.py") == 1
