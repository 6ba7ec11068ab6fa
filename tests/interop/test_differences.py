"""What differs between two texts, and how line ends survive a tool that knows only one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lever_fix.interop.differences import Hunk, hunks, lines_of, trimmed, with_line_ends_of

SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c\n", b"return\n", b"d"]), max_size=12)


def applied(old, new, found):
    result, at = [], 0
    for hunk in found:
        result += [*old[at : hunk.start], *new[hunk.new_start : hunk.new_end]]
        at = hunk.end
    return [*result, *old[at:]]


@SLOW
@given(LINES, LINES)
def test_the_hunks_lead_from_one_to_the_other(old, new):
    found = hunks(old, new)
    assert applied(old, new, found) == new
    for one, other in itertools.pairwise(found):
        assert one.end < other.start, "hunks that touch are one"
    assert not found or old != new


def test_lines_that_stand_once_are_matched_first():
    old = [b"\n", b"def f():\n", b"    return\n", b"\n", b"def g():\n", b"    return\n"]
    new = [b"\n", b"def g():\n", b"    return\n"]
    assert hunks(old, new) == [Hunk(1, 4, 1, 1)]


def test_long_texts_of_equal_lines_end_in_time():
    old = [b"x\n", b"y\n"] * 4_000
    found = hunks(old, [b"y\n", b"x\n"] * 4_000)
    assert applied(old, [b"y\n", b"x\n"] * 4_000, found) == [b"y\n", b"x\n"] * 4_000


@pytest.mark.parametrize(
    ("old", "new", "restored"),
    [
        pytest.param(b"a\r\nb\r\n", b"a\nc\n", b"a\r\nc\r\n", id="replaced"),
        pytest.param(b"a\r\nb", b"a\nc\n", b"a\r\nc", id="no final line end"),
        pytest.param(b"a\r\nb\n", b"a\nb\nc\n", b"a\r\nb\nc\r\n", id="mixed, one more"),
        pytest.param(b"a\r\nb\nc\r\n", b"x\ny\nz\n", b"x\r\ny\nz\r\n", id="mixed, line by line"),
        pytest.param(b"a\rb", b"a\nc\n", b"a\rc", id="old Mac"),
        pytest.param(b"a\r\nb", b"a\n", b"a", id="the last line goes"),
        pytest.param(b"a", b"", b"", id="everything goes"),
    ],
)
def test_line_ends_are_put_back(old, new, restored):
    newline = "\r\n" if b"\r\n" in old else "\r" if b"\r" in old else "\n"
    assert with_line_ends_of(old, new, newline) == restored


@SLOW
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_a_text_that_did_not_change_is_the_same_bytes(lines, newline, final):
    text = b"".join(line.rstrip(b"\n") + newline.encode() for line in lines)
    text = text if final else text.removesuffix(newline.encode())
    plain = text.replace(newline.encode(), b"\n")
    ended = plain if plain.endswith(b"\n") or not plain else plain + b"\n"
    assert with_line_ends_of(text, ended, newline) == text


@pytest.mark.parametrize(
    ("old", "new", "middle"),
    [
        ("x = old(1)\n", "x = new(1)\n", ("old", "new")),
        ("older\n", "old\n", ("older", "old")),
        ("f(1)\n", "f(1, 2)\n", ("", ", 2")),
        ("a\n", "a\r\n", ("\n", "\r\n")),
        ("aa\n", "a\n", ("aa", "a")),
        ("", "x\n", ("", "x\n")),
    ],
)
def test_what_is_shared_is_cut_off_without_splitting_words(old, new, middle):
    start, end = trimmed(old, new)
    assert (old[start : len(old) - end], new[start : len(new) - end]) == middle


def test_lines_are_those_that_python_knows():
    assert lines_of(b"a\x0cb\r\nc\xe2\x80\xa8d\re") == [b"a\x0cb\r\n", b"c\xe2\x80\xa8d\r", b"e"]
