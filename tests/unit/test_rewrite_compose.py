"""The findings of one file as its new text."""

import subprocess
import sys

import pytest

from lever_fix.model import Definition, Edit, Finding, Fix, Import, Move, Needs, Safety, Span
from lever_fix.rewrite.compose import compose
from lever_fix.sources import decode

HELPER = Definition("_none", "def _none() -> Any:\n    return None", (Import("typing", "Any"),))


def finding(source: bytes, old: str, new: str, **needs: object) -> Finding:
    """A finding that replaces the first `old` of `m.py`."""
    start = source.index(old.encode())
    edit = Edit("m.py", start, start + len(old.encode()), new)
    fix = Fix((edit,), (Needs("m.py", **needs),) if needs else ())
    return Finding(
        codemod="c",
        path="m.py",
        span=Span(edit.start, edit.end),
        message="",
        safety=Safety.SAFE,
        fix=fix,
    )


def composed(text: bytes, *findings: Finding) -> str:
    result = compose(decode("m.py", text), findings)
    assert result.problems == ()
    return result.text.decode()


TEXT = b"from typing import Optional\n\nx: Optional[int]\ny: Optional[str]\n"


def test_one_of_two_keeps_the_import():
    one = finding(TEXT, "Optional[int]", "int | None", freed=("Optional",))
    assert composed(TEXT, one) == (
        "from typing import Optional\n\nx: int | None\ny: Optional[str]\n"
    )


def test_both_free_the_import():
    one = finding(TEXT, "Optional[int]", "int | None", freed=("Optional",))
    two = finding(TEXT, "Optional[str]", "str | None", freed=("Optional",))
    assert composed(TEXT, two, one) == "x: int | None\ny: str | None\n"


def test_edits_alone():
    assert composed(TEXT, finding(TEXT, "Optional[int]", "é")).endswith("x: é\ny: Optional[str]\n")


def test_everything_at_once():
    text = (
        b'"""Doc."""\n\nx: Optional[int]\n\nfrom typing import Callable, Optional\n\ny: Callable\n'
    )
    move = Move(
        Import("typing", "Callable"), Import("collections.abc", "Callable"), text.index(b"Callable")
    )
    one = finding(
        text, "Optional[int]", "int | None = _none()", freed=("Optional",), definitions=(HELPER,)
    )
    two = finding(
        text,
        "y: Callable",
        "y: Callable[..., Any]",
        moved=(move,),
        imports=(Import("typing", "Any"),),
        definitions=(HELPER,),
    )
    after = composed(text, one, two)
    namespace: dict[str, object] = {}
    exec(compile(after, "m.py", "exec"), namespace)
    assert namespace["x"] is None
    assert after.count("def _none") == 1
    assert "Optional" not in after
    assert "from collections.abc import Callable" in after


def test_a_needed_name_is_not_freed_by_another_finding():
    one = finding(TEXT, "Optional[int]", "int | None", freed=("Optional",))
    two = finding(
        TEXT,
        "Optional[str]",
        "_o()",
        freed=("Optional",),
        definitions=(
            Definition("_o", "def _o() -> Optional[int]: ...", (Import("typing", "Optional"),)),
        ),
    )
    assert "from typing import Optional\n" in composed(TEXT, one, two)


def test_other_paths_are_left_to_their_own_call():
    other = Finding(
        codemod="c",
        path="m.py",
        span=Span(0, 1),
        message="",
        safety=Safety.SAFE,
        fix=Fix((Edit("n.py", 0, 4, ""),), (Needs("n.py", imports=(Import("os"),)),)),
    )
    assert composed(TEXT, other) == TEXT.decode()


def test_a_taken_name_drops_its_finding_alone():
    text = b"_none = 1\nx = 2\ny = 3\n"
    one = finding(text, "2", "_none()", definitions=(HELPER,))
    two = finding(text, "3", "4")
    result = compose(decode("m.py", text), [one, two])
    assert result.dropped == (one,)
    assert [(p.path, p.codemod) for p in result.problems] == [("m.py", "c")]
    assert "'_none'" in result.problems[0].message


def test_overlapping_edits_are_an_error():
    with pytest.raises(ValueError, match=r"m\.py"):
        compose(
            decode("m.py", TEXT), [finding(TEXT, "from", "a"), finding(TEXT, "from typing", "b")]
        )


def test_composing_needs_no_libcst_and_no_tomlkit():
    code = (
        "import sys, lever_fix.rewrite.compose\n"
        "assert not {'libcst', 'tomlkit'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
