"""What a new text must live up to before it is written."""

from __future__ import annotations

import textwrap

import pytest

from lever_fix.errors import SourceError
from lever_fix.model import Definition, Edit, Finding, Fix, Import, Needs, Safety, Span
from lever_fix.rewrite.verify import complaints
from lever_fix.sources import decode


def said(before: str, old: str, new: str, **needs) -> list[str]:
    """The complaints about putting one text in the place of another."""
    before = textwrap.dedent(before).lstrip("\n")
    assert old in before
    start = len(before[: before.index(old)].encode())
    edit = Edit("m.py", start, start + len(old.encode()), new)
    needs = {"comments_added": (), **needs}
    finding = Finding(
        codemod="c",
        path="m.py",
        span=Span(start, start),
        message="",
        safety=Safety.SAFE,
        fix=Fix((edit,), (Needs("m.py", **needs),)),
    )
    after = before.replace(old, new, 1)
    return list(complaints(decode("m.py", before.encode()), after.encode(), [finding]))


@pytest.mark.parametrize(
    ("before", "old", "new", "needs", "complaint"),
    [
        pytest.param("x = 1", "1", "(", {}, "the result does not parse", id="syntax"),
        pytest.param("x = 1", "1", "1\0", {}, "the result does not parse", id="null byte"),
        pytest.param("print()", "print()", "return 1", {}, "the result", id="return outside"),
        pytest.param(
            "def f(g):\n    g()", "g()", "await g()", {}, "the result", id="await in a function"
        ),
        pytest.param(
            "async def f(g):\n    await g()",
            "async def",
            "def",
            {},
            "the result",
            id="await left in a function",
        ),
        pytest.param("if 1:\n    pass", "pass", "break", {}, "the result", id="break outside"),
        pytest.param("x = 1", "1", "nowhere", {}, "`nowhere` would be undefined", id="undefined"),
        pytest.param(
            "def f():\n    y = 1\n    return y",
            "y = 1",
            "pass",
            {},
            "`y` would be undefined",
            id="local lost",
        ),
        pytest.param(
            "class C:\n    def f(self):\n        return 1\n    limit = 2",
            "1",
            "limit",
            {},
            "`limit` would be undefined",
            id="class scope is not seen by methods",
        ),
        pytest.param(
            "x = [i for i in y]\nz = 1",
            "= 1",
            "= i",
            {},
            "`i` would be undefined",
            id="comprehension variables do not leak",
        ),
        pytest.param(
            "import os\nx = 1",
            "import os",
            "import sys",
            {},
            "`os` would no longer be bound",
            id="import lost",
        ),
        pytest.param(
            "x = 1\ny = 2", "y = 2", "z = 2", {}, "`y` would no longer be bound", id="name lost"
        ),
        pytest.param(
            "def f():\n    return 1",
            "return 1",
            "extra = 1\n    return extra",
            {},
            "`extra` would be bound in f",
            id="local gained",
        ),
        pytest.param(
            "def f(x):\n    return 1",
            "return 1",
            "for x in []:\n        pass\n    else:\n        n = x",
            {},
            "`n` would be bound in f",
            id="local gained in a loop",
        ),
        pytest.param(
            "def f():\n    return 1",
            "return 1",
            "global g\n    g = 1",
            {},
            "`g` would be bound",
            id="global gained",
        ),
        pytest.param(
            "x = 1", "1", "(y := 1)", {}, "`y` would be bound", id="assignment expression"
        ),
        pytest.param(
            "x = 1  # why", "  # why", "", {}, "the comment `# why` would be lost", id="comment"
        ),
        pytest.param(
            "x = 1  # why",
            "1",
            "1  # why",
            {},
            "the comment `# why  # why` would be doubled",
            id="comment doubled",
        ),
        pytest.param(
            "x = 1", "1", "1  # new", {}, "the comment `# new` would be doubled", id="comment new"
        ),
        pytest.param(
            "x = 1\ny = 2",
            "1",
            "1",
            {"freed": ("gone",), "names_bound": ()},
            None,
            id="nothing is wrong",
        ),
    ],
)
def test_complaints(before, old, new, needs, complaint):
    found = said(before, old, new, **needs)
    if complaint is None:
        assert found == []
    else:
        assert any(complaint in one for one in found), found


@pytest.mark.parametrize(
    ("before", "old", "new", "needs"),
    [
        pytest.param("x = 1", "1", "len", {}, id="builtin"),
        pytest.param("x = 1", "1", "__file__", {}, id="module global"),
        pytest.param("x = missing", "missing", "missing()", {}, id="undefined before, too"),
        pytest.param(
            "from a import *\nx = Thing", "Thing", "Thing | None", {}, id="from a star import"
        ),
        pytest.param(
            "class C:\n    def f(self):\n        return 1", "1", "__class__", {}, id="__class__"
        ),
        pytest.param(
            "def f():\n    global g\n    g = 1\nx = 1", "x = 1", "x = g", {}, id="global statement"
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    from a import B\nx = 1",
            "x = 1",
            "x: B = 1",
            {},
            id="bound under TYPE_CHECKING",
        ),
        pytest.param("x = [1 for i in y]", "1", "i", {}, id="comprehension variable"),
        pytest.param("f = lambda a: 1", "1", "a", {}, id="lambda parameter"),
        pytest.param(
            "def f(a):\n    def g():\n        return 1", "1", "a", {}, id="enclosing function"
        ),
        pytest.param(
            "class C:\n    limit = 1\n    other = 2", "2", "limit", {}, id="within a class"
        ),
        pytest.param("x = 1\ndel x", "del x", "pass", {}, id="del goes"),
        pytest.param(
            "try:\n    pass\nexcept E as error:\n    print(1)", "1", "error", {}, id="except as"
        ),
        pytest.param("match s:\n    case [a]:\n        print(1)", "1", "a", {}, id="match"),
        pytest.param(
            "def f():\n    return 1",
            "return 1",
            "extra = 1\n    return extra",
            {"names_bound": ("extra",)},
            id="declared local",
        ),
        pytest.param(
            "x = 1  # why", "  # why", "", {"comments_dropped": ("# why",)}, id="declared drop"
        ),
        pytest.param(
            "x = 1", "1", "1  # new", {"comments_added": ("# new",)}, id="declared comment"
        ),
        pytest.param(
            "import a\nx = 1",
            "import a\n",
            "import b\nimport a\n",
            {"imports": (Import("b"),)},
            id="declared import",
        ),
        pytest.param(
            "x = 1",
            "x = 1",
            "def helper(): pass\nx = helper",
            {"definitions": (Definition("helper", "def helper(): pass"),)},
            id="declared definition",
        ),
        pytest.param("x = '# no'", "'# no'", "'# yes'", {}, id="a string is no comment"),
        pytest.param("# é\nx = 1", "1", "'é'", {}, id="beyond ASCII"),
        pytest.param("héllo = 1\nx = 1", "x = 1", "x = héllo", {}, id="a name beyond ASCII"),
    ],
)
def test_sound_rewrites(before, old, new, needs):
    assert said(before, old, new, **needs) == []


def test_what_cannot_be_shown_is_an_error_of_the_file():
    with pytest.raises(SourceError, match=r"m\.py:2: does not parse"):
        said("x = 1\ny = = 2\n", "1", "2")


def test_a_comment_in_another_case_of_line_ends():
    before = decode("m.py", b"x = 1  # one\r\ny = 2\r\n")
    edit = Edit("m.py", 4, 5, "3")
    finding = Finding(
        codemod="c",
        path="m.py",
        span=Span(4, 5),
        message="",
        safety=Safety.SAFE,
        fix=Fix((edit,)),
    )
    after = b"x = 3  # one\r\ny = 2\r\n"
    assert list(complaints(before, after, [finding])) == []
