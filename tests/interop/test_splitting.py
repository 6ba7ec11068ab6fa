"""A whole new text taken apart: what is one change, what is not, and that nothing gets lost."""

from __future__ import annotations

import ast
import itertools
import textwrap

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lever_fix.errors import SourceError
from lever_fix.interop.splitting import split
from lever_fix.model import Import
from lever_fix.rewrite.splices import splice
from lever_fix.semantics.module import Module
from lever_fix.sources import decode


def changes_of(before, after):
    module = Module(decode("m.py", textwrap.dedent(before).encode()))
    return split(module, textwrap.dedent(after).encode())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("a = 1\nb = 2\n", "a = 3\nb = 4\n", ["a = 1", "b = 2"], id="statements"),
        pytest.param("a = 1; b = 2\n", "a = 3; b = 4\n", ["a = 1; b = 2"], id="one line"),
        pytest.param(
            "f(1,\n  2,\n  3)\n", "g(1,\n  2,\n  4)\n", ["f(1,"], id="one statement, two places"
        ),
        pytest.param(
            "class A(Tuple):\n    x = 1\n",
            "@data\nclass A:\n    x = 1\n",
            ["class A(Tuple):"],
            id="a decorator and what it decorates",
        ),
        pytest.param(
            "class A:\n    def f(self):\n        pass\n",
            "class A:\n    @a\n    @b\n    def f(self):\n        pass\n",
            [""],
            id="decorators",
        ),
        pytest.param("if x:\n    a()\n", "a()\n", ["if x:\n    a()"], id="a block moves out"),
        pytest.param("a = 1\n", "a = 1\nb = 2\n", [""], id="a line comes in"),
        pytest.param("a = 1\nb = 2\n", "a = 1\n", ["b = 2"], id="a line goes"),
        pytest.param(
            "long_name = 1\nx\ny\n", "x\ny\nlong_name = 1\n", ["long_name = 1"], id="a line moves"
        ),
        pytest.param(
            "import b\nimport a\nprint(a, b)\n",
            "import a\nimport b\nprint(a, b)\n",
            ["import b"],
            id="imports are sorted",
        ),
        pytest.param(
            "try:\n    a()\nexcept E:\n    b()\n", "a()\n", ["try:\n    a()\nexcept E:\n    b()"],
            id="a statement dissolves",
        ),
    ],
)  # fmt: skip
def test_what_is_one_change(before, after, expected):
    assert [one.old for one in changes_of(before, after)] == expected


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        pytest.param("r = get(u)\nx = 1\nd = r.json()\n",
                     "r = fetch(u)\nx = 1\nd = r.body\n", 1, id="a value and its use"),
        pytest.param("r = get(u)\nx = 1\nd = r.json()\n",
                     "r = fetch(u)\nx = 1\nd = other.json()\n", 1, id="no longer a use"),
        pytest.param("r = get(u)\nx = 1\nd = g(r,2)\n",
                     "r = fetch(u)\nx = 1\nd = g(r, 2)\n", 2, id="only the look of it"),
        pytest.param("r = []  # type: list\nx = 1\nd = r  # type: list\n",
                     "r: list = []\nx = 1\nd: list = r\n", 2, id="annotations"),
        pytest.param("with a() as r:\n    p()\n    q(r)\n",
                     "with b() as r:\n    p()\n    s(r)\n", 1, id="with"),
        pytest.param("for r in a():\n    p()\n    q(r)\n",
                     "for r in b():\n    p()\n    s(r)\n", 1, id="for"),
        pytest.param("if (r := a()):\n    p()\n    q(r)\n",
                     "if (r := b()):\n    p()\n    s(r)\n", 1, id="walrus"),
        pytest.param("def f():\n    r = a()\n\n\ndef g(r):\n    return q(r)\n",
                     "def f():\n    r = b()\n\n\ndef g(r):\n    return s(r)\n", 2,
                     id="another function's"),
        pytest.param("r = a()\n\n\ndef g():\n    return q(r)\n",
                     "r = b()\n\n\ndef g():\n    return s(r)\n", 1, id="the module's"),
        pytest.param(
            "class A:\n    def f(self):\n        self.r = a()\n\n    def g(self):\n"
            "        q(self.r)\n\n\nclass B:\n    def g(self):\n        q(self.r)\n",
            "class A:\n    def f(self):\n        self.r = b()\n\n    def g(self):\n"
            "        s(self.r)\n\n\nclass B:\n    def g(self):\n        s(self.r)\n",
            2, id="the instance's",
        ),
        pytest.param("def f():\n    if a:\n        return 1\n    b()\n    return 2\n",
                     "def f():\n    if a:\n        yield 1\n    b()\n    yield 2\n", 1,
                     id="a generator"),
    ],
)  # fmt: skip
def test_values_and_their_changed_uses_are_one_change(before, after, count):
    known = "from library import a, b, fetch, g, get, other, p, q, s, u\n"
    assert len(changes_of(known + before, known + after)) == count


def test_imports_in_a_string_are_no_imports():
    before = "from library import a, b\ntext = '''\nimport a\n'''\nx = a(1)\n"
    after = before.replace("\nimport a", "\nimport b").replace("a(1)", "b(1)")
    first, second = changes_of(before, after)
    assert first.needs.imports == second.needs.imports == ()


def test_imports_become_needs():
    first, second = changes_of(
        "from a import old, kept\n\nkept\nx = old(1)\ny = old(2)\n",
        "from a import kept\nfrom b import new\n\nkept\nx = new(1)\ny = new(2)\n",
    )
    assert first.needs.imports == second.needs.imports == (Import("b", "new"),)
    assert first.needs.freed == second.needs.freed == ("old",)


def test_imports_that_nothing_accounts_for_are_changes():
    one, other = changes_of(
        "import unused\nimport os\n\nprint(1)\n", "import os\nimport more\n\nprint(2)\n"
    )[:2]
    assert [one.needs.names_bound, other.needs.names_bound] == [("unused",), ("more",)]


def test_a_future_import_is_needed_by_every_change():
    (change,) = changes_of(
        "def f(x: 'A'):\n    pass\n",
        "from __future__ import annotations\ndef f(x: A):\n    pass\n",
    )
    assert change.needs.imports == (Import("__future__", "annotations"),)


def test_comments_that_go_and_come_are_declared():
    (change,) = changes_of("x = 1  # type: int\n", "x: int = 1  # was a comment\n")
    assert change.needs.comments_dropped == ("# type: int",)
    assert change.needs.comments_added == ("# was a comment",)


@pytest.mark.parametrize(
    ("before", "after", "defines", "loses"),
    [
        ("def f(): pass\n", "def g(): pass\n", ("f", "g"), ("f",)),
        ("def f(a): pass\n", "def f(a, b): pass\n", ("f",), ()),
        ("def f(a): pass\n", "def f(a: int) -> int: pass\n", (), ()),
        ("def f(a): pass\n", "def f(a=1): pass\n", ("f",), ()),
        ("A = 1\n", "B = 1\n", ("A", "B"), ("A",)),
        ("class A:\n    x = 1\n", "class A:\n    y = 1\n", ("A.x", "A.y"), ("A.x",)),
        (
            "class A:\n    def f(self):\n        self.x = 1\n",
            "class A:\n    def f(self):\n        self.y = 1\n",
            ("A.x", "A.y"),
            ("A.x",),
        ),
        ("def f():\n    a = 1\n", "def f():\n    b = 1\n", (), ()),
        ("if x:\n    a = 1\n", "if x:\n    b = 1\n", ("a", "b"), ("a",)),
    ],
)
def test_what_other_code_may_rely_on(before, after, defines, loses):
    (change,) = changes_of(before, after)
    assert (change.defines, change.loses) == (defines, loses)


@pytest.mark.parametrize("texts", [("x = 1\n", "def f(:\n"), ("def f(:\n", "x = 1\n")])
def test_what_does_not_parse_is_refused(texts):
    with pytest.raises(SourceError, match=r"m\.py:1"):
        changes_of(*texts)


DECORATED = "class A:\n    x = 1\n\n    @p\n    def m(self):\n        return '''\n  text\n'''\n"
STATEMENT = st.sampled_from(
    [
        "a = 1\n",
        "b = 2  # why\n",
        "f(\n    1,\n    2,\n)\n",
        "\n",
        "# alone\n",
        "def g(x):\n    y = x\n\n    return y\n",
        "if a:\n    b = 3\nelse:\n    c = 4\n",
        DECORATED,
    ]
)
BODY = st.lists(STATEMENT, max_size=8)


# The same texts each time: not every set of changes is tried, so that among thousands of texts some
# have three that only parse together. What is written is verified as the set that it is.
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(BODY, BODY)
@example(["\n"], [DECORATED])
def test_all_changes_make_the_new_text_and_any_of_them_parse(before, after):
    # A name that nobody defines would never verify, and such a change stands alone in any case.
    old, new = ("".join(["a = f = p = None\n", *one]).encode() for one in (before, after))
    if old == new:
        return
    changes = split(Module(decode("m.py", old)), new)
    edits = [[*one.edits] for one in changes]
    assert splice(old, [edit for part in edits for edit in part]) == new
    for chosen in itertools.islice(
        itertools.chain.from_iterable(itertools.combinations(edits, n) for n in range(4)), 60
    ):
        ast.parse(splice(old, [edit for part in chosen for edit in part]))
