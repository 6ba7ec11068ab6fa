"""Findings on changed lines, also after earlier rounds moved them."""

from __future__ import annotations

import pytest

from lever_fix.model import Edit, Finding, Fix, Safety, Span
from lever_fix.scope import ChangedLines
from lever_fix.sources import decode, read

TEXT = b"one = 1\ntwo = 2\nthree = (\n    3,\n)\nfour = 4\n"


def _at(word: bytes, text: bytes = TEXT, edits: tuple[Edit, ...] = ()) -> Finding:
    start = text.index(word)
    return Finding(
        codemod="c",
        path="m.py",
        span=Span(start, start + len(word)),
        message="",
        safety=Safety.SAFE,
        fix=Fix(edits),
    )


@pytest.mark.parametrize(
    ("word", "ranges", "touches"),
    [
        pytest.param(b"two", [(2, 2)], True, id="on it"),
        pytest.param(b"two", [(1, 1), (3, 9)], False, id="beside it"),
        pytest.param(b"(\n    3,\n)", [(4, 4)], True, id="around it"),
        pytest.param(b"one = 1\n", [(2, 2)], False, id="up to the line before"),
        pytest.param(b"four", [(1, 10**9)], True, id="a new file"),
        pytest.param(b"four", [], False, id="nothing changed"),
    ],
)
def test_lines(tmp_path, word, ranges, touches):
    (tmp_path / "m.py").write_bytes(TEXT)
    changed = ChangedLines({"m.py": ranges}, tmp_path)
    assert changed.touches(_at(word), lambda path: read(tmp_path, path)) is touches


def test_an_edit_elsewhere_counts(tmp_path):
    for name in ("m.py", "n.py"):
        (tmp_path / name).write_bytes(TEXT)
    changed = ChangedLines({"n.py": [(2, 2)]}, tmp_path)
    source = lambda path: read(tmp_path, path)  # noqa: E731
    assert not changed.touches(_at(b"two"), source)
    assert changed.touches(_at(b"two", edits=(Edit("n.py", 8, 11, "x"),)), source)
    assert not changed.touches(_at(b"two", edits=(Edit("n.py", 0, 3, "x"),)), source)


@pytest.mark.parametrize(
    ("now", "word", "touches"),
    [
        pytest.param(b"import a\nimport b\n" + TEXT, b"two", True, id="moved down"),
        pytest.param(b"import a\nimport b\n" + TEXT, b"one", False, id="another line moved"),
        pytest.param(TEXT.replace(b"one = 1\n", b""), b"two", True, id="moved up"),
        pytest.param(TEXT.replace(b"two = 2", b"two = 22"), b"two", True, id="rewritten"),
        pytest.param(
            TEXT.replace(b"two = 2\n", b"two = (\n    2\n)\n"),
            b"    2",
            True,
            id="rewritten as three",
        ),
    ],
)
def test_lines_are_followed_through_earlier_rounds(tmp_path, now, word, touches):
    (tmp_path / "m.py").write_bytes(TEXT)
    changed = ChangedLines({"m.py": [(2, 2)]}, tmp_path)
    assert changed.touches(_at(word, now), lambda path: decode(path, now)) is touches
