"""How many calls away from a query a function is, as far as names and imports tell."""

import pytest

from lever_fix.domains.orm.distance import distances
from lever_fix.domains.orm.querying import may_query, prepare, worth_a_walk
from lever_fix.index.index import Symbol
from tests.unit.test_index import index_of

STORE = """\
class Base:
    def load(self, key):
        return self.session.get(Row, key)

    @property
    def total(self):
        return self.session.execute("select 1")


class Store(Base):
    def all(self):
        return self.session.query(Row)
"""
DIRECT = {"store.py::Base.load", "store.py::Base.total", "store.py::Store.all"}


def away(code: str, **more: str) -> dict[str, int]:
    """The functions of a module, and how far each is from the queries of `STORE`."""
    others = {f"{name}.py": text for name, text in more.items()}
    found = distances(index_of({"store.py": STORE, "main.py": code, **others}), DIRECT)
    own = {one.removeprefix("main.py::"): calls for one, calls in found.items()}
    return {name: calls for name, calls in own.items() if name and "::" not in name}


def test_through_calls_of_functions():
    code = (
        "from store import Store\n"
        "def one(store):\n    return store.load(1)\n"
        "def two():\n    return one(Store())\n"
        "def three():\n    return two()\n"
        "def four():\n    return three()\n"
        "def apart():\n    return len([])\n"
    )
    assert away(code) == {"one": 1, "two": 2, "three": 3}


@pytest.mark.parametrize(
    "call", ["store.load(1)", "store.all()", "store.total", "[x.load(1) for x in stores]"]
)
def test_any_method_of_the_name_that_is_in_reach(call):
    assert away(f"from store import Store\ndef f(store):\n    return {call}\n") == {"f": 1}
    assert away(f"def f(store):\n    return {call}\n") == {}


def test_a_property_is_read_and_a_method_is_called():
    code = (
        "from store import Store\n"
        "def read(store):\n    return store.load\n"
        "def called(self):\n    return map(self.load, keys)\n"
    )
    assert away(code) == {"called": 1}


def test_what_a_nested_function_calls_counts_for_those_around_it():
    code = (
        "from store import Store\n"
        "class C:\n    def f(self):\n        def g():\n            return store.load(1)\n"
        "def caller():\n    C().f()\n"
        "def names_the_class():\n    return C\n"
    )
    assert away(code) == {"C.f": 1, "C.f.g": 1, "caller": 2}


def test_through_an_object_that_comes_from_elsewhere():
    code = "from factory import make\ndef f():\n    return make().load(1)\n"
    assert away(code, factory="from store import Store\ndef make():\n    return Store()\n") == {
        "f": 1
    }


MODELS = (
    "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n"
    "Base = declarative_base()\nclass Row(Base):\n    __tablename__ = 'rows'\n"
    "    id = Column(Integer, primary_key=True)\n"
)
LOOP = "    for one in many:\n        print(one)\n"


def worth(code: str, name: str = "main.py") -> int:
    """How many functions of a file are worth a walk."""
    return len(worth_a_walk(index_of({"models.py": MODELS, name: code}), name).rows)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import sqlalchemy\ndef f(db, many):\n    db.execute(x)\n" + LOOP, 1),
        ("from models import Row\ndef f(session, many):\n    session.get(Row, 1)\n" + LOOP, 1),
        ("from models import Row as R\ndef f(session, many):\n    session.get(R, 1)\n" + LOOP, 1),
        ("import models\ndef f(session, many):\n    session.get(models.Row, 1)\n" + LOOP, 1),
        (
            "def f(session, many):\n    from models import Row as R\n    session.get(R, 1)\n"
            + LOOP,
            1,
        ),
        # A constant is no class that is mapped.
        ("def f(session, many):\n    os.environ.get(NAME)\n" + LOOP, 0),
        ("def f(session, many):\n    session.get(Other, 1)\n" + LOOP, 0),
        ("import sqlalchemy\ndef f(db, many):\n    db.execute(x)\n", 0),
        ("import sqlalchemy\ndef f(db, many):\n    pass\n" + LOOP, 0),
    ],
)
def test_worth_a_walk(code, expected):
    assert worth(code) == expected


def test_a_file_without_an_orm_runs_no_query_of_one():
    code = "def run(cursor):\n    cursor.execute('select 1')\n"
    caller = "import tools\nimport sqlalchemy\ndef f(many):\n    tools.run(1)\n" + LOOP
    for head, expected in (("", 0), ("from models import Row\n", 1)):
        files = {"models.py": MODELS, "tools.py": head + code, "main.py": caller}
        assert len(worth_a_walk(index_of(files), "main.py").rows) == expected


def test_no_farther_than_calls_are_followed():
    code = (
        "import sqlalchemy\ndef zero(session):\n    session.execute(x)\n"
        "def one(session):\n    zero(session)\n"
    )
    index = index_of({"models.py": MODELS, "main.py": code})
    assert index.answers(prepare(index))
    one = Symbol("main.py", "one")
    assert [may_query(index, one, depth) for depth in range(4)] == [True, True, True, False]
    assert not may_query(index, Symbol("main.py", "nothing"), 0)


def test_nothing_is_worth_a_walk_where_nothing_is_mapped():
    code = "import sqlalchemy\ndef f(db, many):\n    db.execute(x)\n" + LOOP
    index = index_of({"main.py": code})
    assert prepare(index)
    assert index.answers(prepare(index))
    assert not worth_a_walk(index, "main.py").rows
