"""Splices: what they make, what they refuse, and where offsets go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lever_fix.model import Edit
from lever_fix.rewrite.splices import moved, splice


def edit(start: int, end: int, text: str = "x", path: str = "m.py") -> Edit:
    return Edit(path, start, end, text)


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        pytest.param([], b"abcdef", id="none"),
        pytest.param([edit(1, 3, "XYZ")], b"aXYZdef", id="replacement"),
        pytest.param([edit(4, 5, ""), edit(0, 1, "")], b"bcdf", id="any-order"),
        pytest.param([edit(2, 2, "1"), edit(2, 2, "2")], b"ab12cdef", id="insertions-in-order"),
        pytest.param([edit(2, 4, "-"), edit(2, 2, "1")], b"ab1-ef", id="insertion-goes-first"),
        pytest.param([edit(2, 4, "-"), edit(4, 4, "1")], b"ab-1ef", id="insertion-behind"),
        pytest.param([edit(6, 6, "é")], "abcdefé".encode(), id="at-the-end"),
    ],
)
def test_splices(edits, after):
    assert splice(b"abcdef", edits) == after


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([edit(0, 3), edit(2, 4)], id="overlap"),
        pytest.param([edit(0, 3), edit(0, 3)], id="twice-the-same"),
        pytest.param([edit(0, 3), edit(1, 1)], id="insertion-inside"),
        pytest.param([edit(5, 7)], id="outside"),
        pytest.param([edit(3, 2)], id="backwards"),
    ],
)
def test_refuses(edits):
    with pytest.raises(ValueError, match=r"m\.py"):
        splice(b"abcdef", edits)


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """Text without an `X`, and edits that do not overlap and only write `X` and spaces."""
    text = draw(st.text("abcé\n", max_size=30)).encode()
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [edit(a, b, draw(st.text("X ", max_size=4))) for a, b in pairs]
    return text, draw(st.permutations(edits))


@given(texts_and_edits())
def test_bytes_outside_the_edits_stay_and_offsets_follow_them(case):
    text, edits = case
    after = splice(text, edits)
    for offset in range(len(text)):
        if not any(e.start <= offset < e.end for e in edits):
            at = moved(offset, edits)
            assert after[at : at + 1] == text[offset : offset + 1]
    assert moved(len(text), edits) == len(after)


@given(texts_and_edits())
def test_the_length_is_that_of_the_edits(case):
    text, edits = case
    assert len(splice(text, edits)) == len(text) + sum(
        len(e.text.encode()) - (e.end - e.start) for e in edits
    )


RANGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), max_size=4)


@given(RANGES)
def test_refuses_exactly_what_overlaps(ranges):
    def meet(a, b):
        inside = max(a[0], b[0]) < min(a[1], b[1])
        return inside or a[0] < b[0] == b[1] < a[1] or b[0] < a[0] == a[1] < b[1]

    edits = [edit(start, end, "") for start, end in ranges]
    if any(meet(a, b) for i, a in enumerate(ranges) for b in ranges[i + 1 :]):
        with pytest.raises(ValueError, match="overlaps"):
            splice(b"0123456789", edits)
    else:
        splice(b"0123456789", edits)
