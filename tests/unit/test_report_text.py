import io
import re
import time

import pytest

from lever_fix.model import Edit, Finding, Fix, Needs, Plan, Problem, Refusal, Safety, Span
from lever_fix.report.frame import WIDTH, Cursor, frame
from lever_fix.report.paths import relative_to
from lever_fix.report.style import COLOURED, PLAIN, palette_for, wants_colour
from lever_fix.report.text import render_findings, render_problems, render_refusals, summary
from lever_fix.report.visible import cells, visible, width
from lever_fix.sources import decode


def finding(path="a.py", start=0, end=1, safety=Safety.SAFE, **fields):
    fields = {
        "codemod": "a-codemod",
        "message": "Do it",
        "fix": Fix((Edit(path, 0, 1, ""),)),
    } | fields
    return Finding(path=path, span=Span(start, end), safety=safety, **fields)


def framed(text, marked, palette=PLAIN):
    """The frame of `marked` in `text`, lines as a list."""
    data = text.encode()
    source = decode("a.py", data)
    start = data.index(marked.encode())
    span = Span(start, start + len(marked.encode()))
    cursor = Cursor(source)
    return frame(cursor, cursor.place(start), span, palette)[0].split("\n")


def marked_columns(rows):
    """The text above the carets, by terminal columns."""
    number = next(i for i, row in enumerate(rows) if "^" in row)
    low, high = rows[number].index("^"), rows[number].rindex("^") + 1
    column, found = 0, ""
    for char in rows[number - 1]:
        if low <= column < high:
            found += char
        column += width(char)
    return found


@pytest.mark.parametrize(
    ("text", "marked", "above"),
    [
        pytest.param("x = old\n", "old", "old", id="plain"),
        pytest.param("x = old", "old", "old", id="no final newline"),
        pytest.param("\tx = old\n", "old", "old", id="tab before"),
        pytest.param("ab\tx = old\n", "old", "old", id="tab to the next stop"),
        pytest.param("x = '合計', old\n", "old", "old", id="wide before"),
        pytest.param("x = '合計', old\n", "合計", "合計", id="wide marked"),
        pytest.param("x = 'e\u0301', old\n", "old", "old", id="combining before"),
        pytest.param("x = '\x1b[0m', old\n", "old", "old", id="escape before"),
        pytest.param("x = '\u202e', old\n", "old", "old", id="bidi before"),
        pytest.param("x = '\u202e'\n", "'\u202e'", "'<U+202E>'", id="bidi marked"),
        pytest.param("é = old\r\nnext\r\n", "old", "old", id="crlf"),
        pytest.param("a\rb = old\rc\r", "old", "old", id="lone cr"),
        pytest.param("x = 1\n" * 9 + "old\n" + "y\n" * 200, "old", "old", id="gutter grows"),
        pytest.param("x" * 500 + " old " + "y" * 500, "old", "old", id="clipped on both sides"),
        pytest.param("合" * 500 + " old " + "計" * 500, "old", "old", id="clipped wide"),
        pytest.param("old" + "y" * 100_000, "old", "old", id="clipped on the right"),
        pytest.param("é" * 100_000 + "old", "old", "old", id="clipped on the left"),
    ],
)
def test_carets_stand_under_the_span(text, marked, above):
    rows = framed(text, marked)
    assert marked_columns(rows) == above
    assert max(width(row) for row in rows) <= WIDTH + 8
    assert not any(row != row.rstrip() for row in rows)


def test_a_span_longer_than_the_line_is_marked_to_its_cut():
    rows = framed("x = [" + "1, " * 500 + "]", "[" + "1, " * 500 + "]")
    assert rows[1].endswith("…")
    assert rows[2].endswith("^" * 100)
    assert width(rows[2]) <= width(rows[1])


def test_an_empty_span_has_one_caret():
    source = decode("a.py", b"x = 1\n")
    cursor = Cursor(source)
    rows, _ = frame(cursor, cursor.place(5), Span(5, 5), PLAIN)
    assert rows.split("\n")[2] == "  |      ^"


def test_context_has_no_blank_edges():
    assert framed("a\n\n\nold\n\n\nb\n", "old") == ["  |", "4 | old", "  | ^^^", "  |"]


def test_crlf_shows_as_a_line_end():
    assert framed("a\r\nold\r\nb\r\n", "old") == [
        "  |",
        "1 | a",
        "2 | old",
        "  | ^^^",
        "3 | b",
        "  |",
    ]


def test_a_tall_span_has_a_bar_and_its_end_marked():
    assert framed(
        "def f():\n    a = (\n        1,\n    )\n    b\n", "a = (\n        1,\n    )"
    ) == [
        "  |",
        "1 |   def f():",
        "2 | /     a = (",
        "3 | |         1,",
        "4 | |     )",
        "  | |_____^",
        "5 |       b",
        "  |",
    ]


def test_the_middle_of_a_very_tall_span_is_left_out():
    body = "".join(f"line{n}\n" for n in range(100))
    rows = framed(body, body[:-1])
    assert len(rows) < 15
    assert any(row.startswith("...") for row in rows)
    assert rows[-3].endswith("line99")


def test_a_span_that_ends_with_a_newline_stays_on_its_line():
    assert framed("a\nold\nb\n", "old\n")[3] == "  | ^^^"


def test_offsets_may_go_back():
    cursor = Cursor(decode("a.py", b"a\nb\nc\n"))
    assert [cursor.place(n)[:2] for n in (4, 0, 2, 2)] == [(3, 1), (1, 1), (2, 1), (2, 1)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 合", "plain ünïcode 合"),
        ("\x1b[31m", "␛[31m"),
        ("\r\n\x00\x7f", "␍␊␀␡"),
        ("\x9b", "<U+009B>"),
        ("\u202e\u2066\u200b\u2028\ufeff", "<U+202E><U+2066><U+200B><U+2028><U+FEFF>"),
        ("\U000e0041", "<U+E0041>"),
        ("a\u00a0b", "a\u00a0b"),
    ],
    ids=ascii,
)
def test_invisible_characters_become_visible(text, shown):
    assert visible(text) == shown
    assert cells(text) == shown


def test_hostile_text_is_shown_and_never_interpreted():
    evil = "\x1b]0;owned\x07[red]\n"
    plan = Plan(
        findings=(
            finding(
                path=evil,
                message=evil,
                codemod=evil,
                safety=Safety.UNSAFE,
                reasons=(evil,),
                fix=Fix((Edit("\x1bother.py", 0, 0, ""),)),
            ),
        ),
        problems=(Problem(path=evil, message=evil, hint=evil, codemod="b"),),
        refusals=(Refusal(codemod=evil, path=evil, span=Span(0, 1), code=evil, chain=(evil,)),),
    )

    def sources(path):
        return decode(path, evil.encode())

    shown = (
        render_findings(plan, sources)
        + render_problems(plan.problems)
        + render_refusals(plan.refusals, sources)
    )
    assert "␛]0;owned␇[red]␊" in shown
    assert "␛other.py" in shown
    assert shown.replace("\n", "").isprintable()


def test_colour_changes_no_text():
    source = decode("a.py", "x = '合', old\n".encode())
    plan = Plan(findings=(finding(start=11, end=14, safety=Safety.UNSAFE, reasons=("why",)),))
    coloured = render_findings(plan, lambda _: source, palette=COLOURED)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_findings(plan, lambda _: source)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        pytest.param(Terminal(), {}, True, id="terminal"),
        pytest.param(io.StringIO(), {}, False, id="pipe"),
        pytest.param(Terminal(), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(Terminal(), {"NO_COLOR": ""}, True, id="empty NO_COLOR"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "0"}, False, id="FORCE_COLOR=0"),
        pytest.param(Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, id="both"),
        pytest.param(Terminal(), {"TERM": "dumb"}, False, id="dumb"),
    ],
)
def test_colour_is_asked_for(stream, environ, expected):
    assert wants_colour(stream, environ) is expected
    assert palette_for(stream, environ) is (COLOURED if expected else PLAIN)


@pytest.mark.parametrize(
    ("plan", "unsafe", "expected"),
    [
        pytest.param(Plan(checked=1204), False, ["No findings in 1,204 files."], id="clean"),
        pytest.param(
            Plan(findings=(finding(),), checked=2),
            False,
            ["Found 1 finding in 1 file (1 safe); 1 can be applied with `lever-fix apply`."],
            id="safe",
        ),
        pytest.param(
            Plan(findings=(finding(safety=Safety.UNSAFE),) * 2),
            False,
            [
                "Found 2 findings in 1 file (2 unsafe).",
                "2 fixes available with `--unsafe`, once you have read the reasons.",
            ],
            id="unsafe held back",
        ),
        pytest.param(
            Plan(findings=(finding(), finding("b.py", safety=Safety.UNSAFE))),
            True,
            [
                "Found 2 findings in 2 files (1 safe, 1 unsafe); "
                "2 can be applied with `lever-fix apply --unsafe`."
            ],
            id="unsafe asked for",
        ),
        pytest.param(
            Plan(findings=(finding(safety=Safety.DISPLAY, fix=None),), suppressed=2),
            False,
            ["Found 1 finding in 1 file (1 display).", "2 findings suppressed by comments."],
            id="nothing to apply",
        ),
    ],
)
def test_summary_says_what_to_do(plan, unsafe, expected):
    assert summary(plan, unsafe=unsafe).splitlines() == expected


def test_findings_come_by_file_and_position():
    plan = Plan(
        findings=(finding("b.py"), finding("a.py", 4, 5), finding("b.py", 2, 3), finding("a.py"))
    )
    text = render_findings(plan, lambda path: decode(path, b"a\nb\nc\n"))
    heads = [line.split(": ")[0] for line in text.splitlines() if ".py:" in line]
    assert heads == ["a.py:1:1", "a.py:3:1", "b.py:1:1", "b.py:2:1"]


def test_what_a_fix_changes_elsewhere_is_named():
    needs = (Needs("a.py", packages=("aiohttp>=3",)),)
    edits = (Edit("b.py", 0, 0, ""),)
    text = render_findings(
        Plan(findings=(finding(fix=Fix(edits, needs)),)), lambda path: decode(path, b"a\n")
    )
    assert text.splitlines()[-2:] == [
        "  = also edits b.py (1 place)",
        "  = adds the dependency aiohttp>=3",
    ]


def test_paths_are_relative_to_the_working_directory(tmp_path):
    assert relative_to(tmp_path, tmp_path)("a/b.py") == "a/b.py"
    assert relative_to(tmp_path, tmp_path / "a")("a/b.py") == "b.py"
    assert relative_to(tmp_path, tmp_path / "c" / "d")("a/b.py") == "../../a/b.py"
    assert relative_to(tmp_path / "a", tmp_path)("b.py") == "a/b.py"


def test_many_findings_are_quick():
    line = b"    value: Optional[int] = compute(first, second)\n"
    data = (line + b"    pass  # something else goes on here\n" * 17) * 14
    sources = {f"m{n}.py": decode(f"m{n}.py", data) for n in range(200)}
    step = len(data) // 14
    plan = Plan(
        findings=tuple(
            finding(path, n * step + 11, n * step + 24) for path in sources for n in range(14)
        )
    )

    def seconds():
        start = time.perf_counter()
        assert len(render_findings(plan, sources.__getitem__)) > 500_000
        return time.perf_counter() - start

    # Some 0.03 s; the bound is for slow machines, and for a rich object a line to fail it.
    assert min(seconds() for _ in range(3)) < 0.25
