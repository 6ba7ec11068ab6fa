import difflib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lever_fix.model import FileChange
from lever_fix.report.diff import render_diff
from lever_fix.report.lines import opcodes
from lever_fix.report.style import COLOURED


def diff(before, after, **options):
    change = FileChange(path="a.py", before=before, after=after)
    return render_diff([change], **options)


LINES = st.lists(st.sampled_from(["", "a", "b", "c", "d", "e", "f"]), max_size=30)


@given(LINES, LINES)
def test_opcodes_turn_one_into_the_other(a, b):
    rebuilt, at = [], 0
    for tag, a_low, a_high, b_low, b_high in opcodes(a, b):
        assert a_low == at
        at = a_high
        if tag == "equal":
            assert a[a_low:a_high] == b[b_low:b_high]
        rebuilt += b[b_low:b_high]
    assert at == len(a)
    assert rebuilt == b


@given(LINES, LINES)
def test_hunks_are_cut_as_difflib_cuts_them(a, b):
    ours = diff("".join(f"{x}\n" for x in a).encode(), "".join(f"{x}\n" for x in b).encode())
    if difflib.SequenceMatcher(None, a, b).get_opcodes() == opcodes(a, b):
        theirs = difflib.unified_diff(a, b, lineterm="")
        assert ours.splitlines()[2:] == list(theirs)[2:]


@given(LINES, LINES)
def test_a_patch_tool_would_take_the_hunks(a, b):
    """Replays the diff by its headers alone."""
    text = diff("".join(f"{x}\n" for x in a).encode(), "".join(f"{x}\n" for x in b).encode())
    result, at = [], 0
    for row in text.splitlines()[2:]:
        if header := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", row):
            start = int(header[1]) - (header[2] != "0")
            result += a[at:start]
            at = start
        elif row[0] == "+":
            result.append(row[1:])
        else:
            assert a[at] == row[1:]
            at += 1
            if row[0] == " ":
                result.append(row[1:])
    assert result + a[at:] == b


def test_no_change_has_no_diff():
    assert diff(b"a\n", b"a\n") == ""


def test_a_new_file_comes_from_nowhere():
    assert diff(None, b"a\n") == "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+a\n"


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        pytest.param(b"a\r\n", b"b\r\n", ["-a", "+b"], id="crlf throughout"),
        pytest.param(b"a\r\nc\r\n", b"a\nc\r\n", ["-a␍", "+a", " c␍"], id="line end changed"),
        pytest.param(b"a\rb\r", b"a\rc\r", [" a", "-b", "+c"], id="lone cr"),
        pytest.param(
            b"a",
            b"b",
            ["-a", "\\ No newline at end of file", "+b", "\\ No newline at end of file"],
            id="no final newline",
        ),
        pytest.param(
            b"a\nb", b"c\nb", ["-a", "+c", " b", "\\ No newline at end of file"], id="unchanged end"
        ),
        pytest.param(
            b"a\n", b"a", ["-a", "+a", "\\ No newline at end of file"], id="final newline lost"
        ),
        pytest.param(b"a\n", b"\x1b[2J\n", ["-a", "+␛[2J"], id="escape sequence"),
        pytest.param(b"a\n", "\u202eb\n".encode(), ["-a", "+<U+202E>b"], id="bidi"),
        pytest.param(b"\ta\n", b"\tb\n", ["-\ta", "+\tb"], id="tab stays"),
        pytest.param(b"a\x0c\n", b"b\x0c\n", ["-a␌", "+b␌"], id="form feed is no line end"),
        pytest.param(
            b"# coding: latin-1\n# \xe9\na\n",
            b"# coding: latin-1\n# \xe9\nb\n",
            [" # coding: latin-1", " # é", "-a", "+b"],
            id="latin-1",
        ),
        pytest.param(b"\xff\n", b"b\n", ["-\\xff", "+b"], id="undecodable"),
        pytest.param(b"\xef\xbb\xbfa\n", b"a\n", ["-<U+FEFF>a", "+a"], id="bom lost"),
    ],
)
def test_lines_are_shown_as_they_are(before, after, rows):
    assert diff(before, after).splitlines()[3:] == rows


def test_only_changed_words_are_marked():
    shown = diff(b"x: Optional[str] = 1\n", b"x: str | None = 1\n", palette=COLOURED)
    assert re.findall(r"\x1b\[7m(.*?)\x1b\[0m", shown) == ["Optional[", "]", " | None"]


def test_lines_with_nothing_in_common_are_not_marked():
    assert "\x1b[7m" not in diff(b"alpha beta\n", b"(1, 2, 3)\n", palette=COLOURED)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"a b\r\nc\r\n", b"a c\nc\r\n"), (b"x y", b"x z"), (b"a\x1bb c\n", b"a\x1bb d\n")],
)
def test_colour_changes_no_text(before, after):
    coloured = diff(before, after, palette=COLOURED)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == diff(before, after)


def test_a_large_file_with_many_changes_is_quick():
    before = "".join(f"    value_{n} = Optional[int]\n\n    pass\n" for n in range(5000))
    start = time.perf_counter()
    shown = diff(before.encode(), before.replace("Optional[int]", "int | None").encode())
    assert shown.count("\n-") == 5000
    assert time.perf_counter() - start < 2
