"""The harness for codemod tests must itself be able to fail."""

from __future__ import annotations

import pytest

from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_same_behaviour, check_unchanged, rewrite


def test_a_rewrite_as_expected():
    before = "from typing import Optional\n\nx: Optional[int] = None\n"
    result = check_rewrites("optional-to-union", before, "x: int | None = None\n")
    assert result.text == "x: int | None = None\n"
    assert len(result.findings) == 1


@pytest.mark.parametrize(
    ("after", "options"),
    [
        pytest.param("x: int = None\n", {}, id="another text"),
        pytest.param("x: int | None = None\n", {"safety": Safety.UNSAFE}, id="another level"),
        pytest.param("x: int | None = None\n", {"reason": "why"}, id="no such reason"),
    ],
)
def test_a_wrong_expectation_fails(after, options):
    before = "from typing import Optional\n\nx: Optional[int] = None\n"
    with pytest.raises(AssertionError):
        check_rewrites("optional-to-union", before, after, **options)


def test_left_alone():
    check_unchanged("optional-to-union", "Optional = 1\n")
    text = "from typing import Optional\nX = Optional['Foo']\n"
    check_unchanged("optional-to-union", text, refusal="string-operand")
    with pytest.raises(AssertionError):
        check_unchanged("optional-to-union", text, refusal="another-code")
    with pytest.raises(AssertionError):
        check_unchanged("optional-to-union", "from typing import Optional\nx: Optional[int]\n")


@pytest.mark.parametrize(
    ("body", "before", "complaint"),
    [
        pytest.param("yield 1 / 0", "x = 'old'\n", "crashed", id="crash"),
        pytest.param(
            "yield replaced(module, Span(4, 9), '(')", "x = 'old'\n", "does not parse", id="syntax"
        ),
        pytest.param(
            "yield replaced(module, Span(4, 9), 'y')", "x = 'old'\n", "undefined", id="name"
        ),
        pytest.param(
            "yield replaced(module, Span(4, 14), '1')", "x = 'old'  # a\n", "lost", id="comment"
        ),
        pytest.param(
            "yield module.finding(Span(0, 1), 'again', edits=(Edit(module.path, 0, 0, ' '[:0]),))",
            "x = 'old'\n",
            "still changing",
            id="finds for ever",
        ),
    ],
)
def test_the_invariants_of_every_rewrite(lab, body, before, complaint):
    file = lab.codemod("bad", body)
    with pytest.raises(AssertionError, match=complaint):
        rewrite("bad", before, extra=[str(file)])


def test_a_pair_that_only_works_together_fails(lab):
    body = """
    if b"old" in module.text:
        yield replaced(module, Span(0, 3), "new", names_bound=("new", "old"))
        yield replaced(module, Span(12, 15), "new")
    """
    file = lab.codemod("pair", body)
    with pytest.raises(AssertionError, match="undefined"):
        rewrite("pair", "old = 1\nx = old\n", extra=[str(file)])


def test_several_files(lab):
    file = str(lab.replacing("freshen", "'old'", "'new'"))
    before = {"a.py": "x = 'old'\n", "pkg/b.py": "y = 'old'\n"}
    after = {"a.py": "x = 'new'\n", "pkg/b.py": "y = 'new'\n"}
    check_rewrites("freshen", before, after, extra=[file])


def test_bytes_are_kept(lab):
    file = str(lab.replacing("freshen", "'old'", "'new'"))
    before = b"\xef\xbb\xbfx = 'old'\r\ny = 1"
    assert rewrite("freshen", before, extra=[file]).files == {
        "module.py": b"\xef\xbb\xbfx = 'new'\r\ny = 1"
    }


def test_behaviour():
    script = "import module; print(module.f(2))"
    same = check_same_behaviour("f = lambda x: x + x\n", "f = lambda x: 2 * x\n", script)
    assert same == "4\n"
    with pytest.raises(AssertionError):
        check_same_behaviour("f = lambda x: x + x\n", "f = lambda x: x\n", script)
    with pytest.raises(AssertionError):
        check_same_behaviour("f = lambda x: 1 / 0\n", "f = lambda x: x\n", script)
    check_same_behaviour("f = lambda x: 1 / 0\n", "\nf = lambda x: 1 / 0\n", script)
