"""Findings that need others: made together or not at all."""

from __future__ import annotations

import pytest

from lever_fix.engine.conflicts import without_orphans
from tests.review.bench import finding

A = finding(0, depends_on=("g",))
B = finding(1, writes=("g",), depends_on=("h",))
C = finding(2, writes=("h",))


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        pytest.param([A, B, C], [A, B, C], id="all"),
        pytest.param([A, B], [], id="the-last-of-a-chain-is-missing"),
        pytest.param([A, C], [C], id="the-middle-is-missing"),
        pytest.param([B, C], [B, C], id="nobody-needs-the-first"),
        pytest.param([], [], id="none"),
    ],
)
def test_nothing_is_made_without_what_it_needs(chosen, kept):
    assert without_orphans(chosen, [A, B, C]) == kept


def test_what_nothing_changes_is_as_it_should_be():
    assert without_orphans([A], [A, C]) == [A]


@pytest.fixture
def pair(lab):
    """Two codemods; what the first does needs the second."""
    lab.codemod(
        "calls",
        """
        for span in each(module, b"    call()"):
            found = replaced(module, span, "    await call()")
            yield msgspec.structs.replace(found, depends_on=("a.py::call",))
        """,
    )
    lab.codemod(
        "definitions",
        """
        for span in each(module, b"def call"):
            found = replaced(module, span, "async def call")
            yield msgspec.structs.replace(found, writes=("a.py::call",))
        """,
    )
    lab.write({"a.py": "def call(): ...\n", "b.py": "async def f():\n    call()\n"})
    return lab


def test_both_are_made(pair):
    settled = pair.settle(rounds=1)
    assert sorted(one.codemod for one in settled.applied) == ["calls", "definitions"]


def test_neither_is_made_where_one_is_not_accepted(pair):
    settled = pair.settle(lambda one: one.codemod == "calls")
    assert settled.applied == []
    assert settled.changes == []


def test_neither_is_made_where_one_cannot_be(pair):
    pair.codemod(
        "definitions",
        """
        for span in each(module, b"def call"):
            found = replaced(module, span, "async async def call")
            yield msgspec.structs.replace(found, writes=("a.py::call",))
        """,
    )
    settled = pair.settle()
    assert settled.applied == []
    messages = [one.message for one in settled.problems]
    assert any("what it needs could not be made" in one for one in messages)
