"""The project across files: layouts, re-exports, classes, callers."""

from pathlib import Path

import pytest

from lever_fix.index import references
from lever_fix.index.extract import facts_of
from lever_fix.index.index import Index, Symbol
from lever_fix.index.layout import layout
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Scopes
from lever_fix.sources import decode


def index_of(files: dict[str, str]) -> Index:
    found = layout(files)
    sources = {path: decode(path, text.encode()) for path, text in files.items()}
    facts = {path: facts_of(Module(sources[path], found.name_of(path))) for path in files}
    return Index(found, facts, sources.__getitem__)


def callers(index: Index, path: str, name: str) -> list[tuple[str, str, bool]]:
    found = index.callers(Symbol(path, name))
    return sorted((one.path, one.mention.scope, one.certain) for one in found)


@pytest.mark.parametrize(
    ("paths", "name", "near", "expected"),
    [
        (["app/__init__.py", "app/models.py"], "app.models", "app/x.py", "app/models.py"),
        (["src/app/__init__.py", "src/app/m.py"], "app.m", "tests/t.py", "src/app/m.py"),
        (["src/google/cloud/s/m.py"], "google.cloud.s.m", "", "src/google/cloud/s/m.py"),
        (["app/main.py", "app/db.py"], "app.db", "app/main.py", "app/db.py"),
        (["app/main.py", "app/db.py"], "db", "app/main.py", "app/db.py"),
        (["app/__init__.py", "app/main.py", "app/db.py"], "db", "app/main.py", None),
        (["a/src/app/m.py", "b/src/app/m.py"], "app.m", "b/src/app/x.py", "b/src/app/m.py"),
        (["backend/app/__init__.py", "tests/t.py"], "app", "tests/t.py", "backend/app/__init__.py"),
        (["examples/celery/__init__.py", "app/x.py"], "celery", "app/x.py", None),
        (["examples/celery/a.py", "app/x.py"], "celery.a", "examples/x.py", "examples/celery/a.py"),
        (["app/__init__.py", "app/lib/__init__.py", "app/lib/utils.py"], "utils", "app/x.py", None),
        (["app/__init__.py"], "requests", "app/x.py", None),
    ],
)  # fmt: skip
def test_which_file_a_name_means(paths, name, near, expected):
    assert layout(paths).find(name, near) == expected


FILES = {
    "app/__init__.py": "from .models import User as Person\nfrom .service import *\n",
    "app/models.py": "class Base:\n    def save(self): pass\nclass User(Base):\n    name = 1\n",
    "app/service.py": (
        "from app import models\nfrom app.models import User\n__all__ = ['load']\n"
        "def load(id):\n    return User(id)\nfetch = load\n"
        "class Shop:\n    def a(self):\n        self.b()\n    def b(self): pass\n"
    ),
    "app/web.py": (
        "import app\nfrom app.service import fetch\n"
        "async def route(user):\n    await app.load(1)\n    fetch(2)\n    user.save()\n"
        "handlers = [app.load]\n"
    ),
    "app/admin.py": "from app.models import User\nclass Admin(User):\n    def save(self): pass\n",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app.Person", Symbol("app/models.py", "User")),
        ("app.Person.name", Symbol("app/models.py", "User.name")),
        ("app.models.User.save", Symbol("app/models.py", "Base.save")),
        ("app.load", Symbol("app/service.py", "load")),
        ("app.service.fetch", Symbol("app/service.py", "load")),
        ("app.service.User", Symbol("app/models.py", "User")),
        ("app.service.models.Base", Symbol("app/models.py", "Base")),
        ("app.models", Symbol("app/models.py", "")),
        ("app.models.Nothing", None),
        ("requests.get", "requests.get"),
    ],
)
def test_resolve(name, expected):
    assert index_of(FILES).resolve(name, "app/web.py") == expected


def test_a_cycle_of_imports_ends():
    index = index_of({"a.py": "from b import x\n", "b.py": "from a import x\n"})
    assert index.resolve("a.x") is None


def test_classes():
    index = index_of(FILES)
    user, admin = Symbol("app/models.py", "User"), Symbol("app/admin.py", "Admin")
    assert index.bases(user) == (Symbol("app/models.py", "Base"),)
    assert index.mro(admin) == (admin, user, Symbol("app/models.py", "Base"))
    assert index.subclasses(Symbol("app/models.py", "Base")) == (admin, user)
    assert index.member(admin, "save") == Symbol("app/admin.py", "Admin.save")
    assert index.member(user, "save") == Symbol("app/models.py", "Base.save")
    assert index.node(admin).name == "Admin"


def test_callers_through_reexports_and_aliases():
    found = callers(index_of(FILES), "app/service.py", "load")
    assert (
        found
        == [("app/service.py", "", True), ("app/web.py", "", True)]
        + [("app/web.py", "route", True)] * 2
    )


def test_callers_in_a_file_that_nobody_can_import():
    index = index_of({"image-tools/run.py": "def read(): ...\n\n\ndef main():\n    read()\n"})
    assert callers(index, "image-tools/run.py", "read") == [("image-tools/run.py", "main", True)]


def test_callers_of_methods():
    index = index_of(FILES)
    assert callers(index, "app/service.py", "Shop.b") == [("app/service.py", "Shop.a", True)]
    assert callers(index, "app/models.py", "Base.save") == [("app/web.py", "route", False)]


def test_calls_of_a_function():
    index = index_of(FILES)
    found = [
        (one.is_call, one.awaited, known)
        for one, known in index.calls(Symbol("app/web.py", "route"))
    ]
    load = Symbol("app/service.py", "load")
    assert found == [(True, True, load), (True, False, load), (True, False, None)]


def test_notes_what_an_answer_relies_on():
    index = index_of(FILES)
    for _ in range(2):
        index.asked.clear()
        index.resolve("app.Person", "app/web.py")
        assert index.asked == {"app/__init__.py", "app/models.py"}
    index.asked.clear()
    index.subclasses(Symbol("app/models.py", "User"))
    assert "*" in index.asked


def test_facts_of_a_function():
    text = (
        "from fastapi import Depends\nfrom db import get_db\nclass C:\n"
        "    @staticmethod\n    async def f(a: int, /, b=1, *c, d: str = 'x', **e) -> list[int]:\n"
        "        yield 1\n"
    )
    function = facts_of(Module(decode("m.py", text.encode()))).functions["C.f"]
    assert function.is_async
    assert function.is_generator
    assert function.decorators == ("builtins.staticmethod",)
    assert function.in_class == "C"
    assert [(one.name, one.kind, one.annotation, one.default) for one in function.parameters] == [
        ("a", "positional-only", "int", ""),
        ("b", "positional", "", "1"),
        ("c", "star", "", ""),
        ("d", "keyword-only", "str", "'x'"),
        ("e", "double-star", "", ""),
    ]
    assert function.returns == "list[int]"


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("import x\ndef f(x):\n    def g():\n        global x\n        x.y()\n", ["x.y"]),
        ("import x\ndef f(x):\n    def g():\n        x.y()\n", ["?.y"]),
        ("import x\nclass C:\n    x = 1\n    def f(self):\n        x.y()\n", ["x.y"]),
        ("import x\nclass C:\n    x = 1\n    x.y()\n", ["m.C.x.y"]),
        ("print.y()\n", []),
        ("from a import *\nprint.y()\n", ["?.y"]),
        ("def f(self):\n    self.a()\n    self.a.b()\n    f.a.b()\n", ["self.a", "?.b", "m.f.a.b"]),
        ("x = make()\nx.y()\n[x.z for x in x]\n", ["m.x.y", "?.z", "m.x"]),
    ],
)
def test_what_is_mentioned(text, targets):
    mentions = facts_of(Module(decode("m.py", text.encode()))).mentions
    assert [one.target for one in mentions if one.target != "?.make"] == targets


def test_modules_are_kept_while_one_file_is_looked_at(monkeypatch):
    monkeypatch.setattr("lever_fix.index.opened.KEPT_BYTES", 1)
    index = index_of(FILES)
    first = index.open(index.source("app/web.py"))
    node = index.node(Symbol("app/service.py", "load"))
    assert index.module("app/models.py") is index.module("app/models.py")
    assert index.node(Symbol("app/service.py", "load")) is node
    index.open(index.source("app/admin.py"))
    assert index.open(index.source("app/web.py")) is not first
    assert index.node(Symbol("app/service.py", "load")) is not node


def test_facts_do_not_depend_on_short_cuts(monkeypatch):
    paths = sorted(Path("lever_fix").rglob("*.py"))
    files = {str(path): path.read_text() for path in paths}
    quick = index_of(files).facts
    monkeypatch.setattr(Scopes, "is_plain_local", lambda *_: False)
    monkeypatch.setattr(references, "_plainly", lambda *_: ())
    slow = index_of(files).facts
    assert [path for path in files if quick[path] != slow[path]] == []
