import pytest

from lever_fix.model import Edit, Finding, Fix, Safety, Span
from lever_fix.semantics.module import Module
from lever_fix.sources import decode
from lever_fix.suppress import (
    Shape,
    filter_findings,
    read_suppressions,
    unused_suppressions,
)

KNOWN = ("gather-awaits", "eager-load", "optional-to-union")


def shape_of(source):
    module = Module(source)
    return Shape(
        module.lexed.comments,
        module.lexed.statement_at,
        lambda offset: [block.start for block in module.enclosing(offset)],
    )


def read(text, path="a.py"):
    data = text if isinstance(text, bytes) else text.encode()
    return read_suppressions(decode(path, data), shape_of, KNOWN)


def finding(text, marked="HERE", codemod="gather-awaits", path="a.py", edits=()):
    data = text if isinstance(text, bytes) else text.encode()
    start = data.index(marked.encode())
    return Finding(
        codemod=codemod,
        path=path,
        span=Span(start, start + len(marked.encode())),
        message="m",
        safety=Safety.SAFE,
        fix=Fix(edits) if edits else None,
    )


def is_blocked(text, **options):
    filtered = filter_findings([finding(text, **options)], lambda _: read(text))
    return bool(filtered.suppressed)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = HERE  # lever: ignore[gather-awaits]\n", id="same line"),
        pytest.param("x = HERE  #lever:ignore[gather-awaits]", id="no blanks, no newline"),
        pytest.param("x = HERE  # lever: ignore[gather-awaits] it must wait #12\n", id="reason"),
        pytest.param("x = HERE  # lever: ignore[ eager-load , gather-awaits ]\n", id="two ids"),
        pytest.param("x = HERE  # noqa: E501  # lever: ignore[gather-awaits]\n", id="after noqa"),
        pytest.param("x = HERE  # lever: ignore[gather-awaits]  # noqa\n", id="before noqa"),
        pytest.param("x = HERE  # why not # lever: ignore[gather-awaits]\n", id="after prose"),
        pytest.param("x = HERE  ## lever: ignore[gather-awaits]\n", id="two hashes"),
        pytest.param("# lever: ignore[gather-awaits]\nx = HERE\n", id="line above"),
        pytest.param("if a:\n    # lever: ignore[gather-awaits]\n    HERE\n", id="indented above"),
        pytest.param(
            "# lever: ignore[gather-awaits]\n# more words\nx = HERE\n", id="above another comment"
        ),
        pytest.param(
            "f(  # lever: ignore[gather-awaits]\n    1,\n    HERE,\n)\n", id="first of many"
        ),
        pytest.param(
            "f(\n    HERE,\n    1,\n)  # lever: ignore[gather-awaits]\n", id="last of many"
        ),
        pytest.param(
            "# lever: ignore[gather-awaits]\nf(\n    HERE,\n)\n", id="above a multi-line statement"
        ),
        pytest.param(
            "async def f():  # lever: ignore[gather-awaits]\n    a\n\n    HERE\n", id="def line"
        ),
        pytest.param(
            "def f(\n    a,\n):  # lever: ignore[gather-awaits]\n    HERE\n", id="end of the header"
        ),
        pytest.param(
            "class A:  # lever: ignore[gather-awaits]\n    def f(self):\n        HERE\n",
            id="class line",
        ),
        pytest.param("# lever: ignore[gather-awaits]\ndef f():\n    HERE\n", id="above a def"),
        pytest.param(
            "# lever: ignore[gather-awaits]\n@a\n@b(\n  1)\ndef f():\n    HERE\n",
            id="above decorators",
        ),
        pytest.param(
            "@HERE\ndef f():  # lever: ignore[gather-awaits]\n    a\n", id="its decorator"
        ),
        pytest.param("def f(a=HERE):  # lever: ignore[gather-awaits]\n    a\n", id="in the header"),
        pytest.param(
            "#!/usr/bin/python\n# lever: ignore-file[gather-awaits] old\n'''doc'''\nx = HERE\n",
            id="file",
        ),
        pytest.param("x = HERE  # lever: ignore[gather-awaits]\r\ny\r\n", id="crlf"),
        pytest.param("# lever: ignore[gather-awaits]\r\nx = HERE\r\n", id="crlf above"),
        pytest.param("y\rx = HERE  # lever: ignore[gather-awaits]\rz", id="lone cr"),
        pytest.param("'合計'; x = HERE  # lever: ignore[gather-awaits]\n", id="wide text"),
    ],
)
def test_a_directive_blocks(text):
    assert read(text).problems == ()
    assert is_blocked(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = HERE  # lever: ignore[eager-load]\n", id="another id"),
        pytest.param("y  # lever: ignore[gather-awaits]\nx = HERE\n", id="trailing, line above"),
        pytest.param("x = HERE\n# lever: ignore[gather-awaits]\ny\n", id="line below"),
        pytest.param("# lever: ignore[gather-awaits]\n\nx = HERE\n", id="blank line between"),
        pytest.param("f(\n    HERE,  # lever: ignore[gather-awaits]\n)\n", id="in the middle"),
        pytest.param("f(\n    # lever: ignore[gather-awaits]\n    HERE,\n)\n", id="in brackets"),
        pytest.param("# f()  # lever: ignore[gather-awaits]\nx = HERE\n", id="commented-out code"),
        pytest.param("'# lever: ignore[gather-awaits]'; HERE\n", id="in a string"),
        pytest.param("HERE  # write `# lever: ignore[gather-awaits]` for it\n", id="quoted"),
        pytest.param("HERE  # see lever: ignore[gather-awaits]\n", id="mentioned"),
        pytest.param("def g():  # lever: ignore[gather-awaits]\n    a\nHERE\n", id="after the def"),
        pytest.param("# lever: ignore[gather-awaits]\n", id="nothing below"),
    ],
)
def test_anything_else_blocks_nothing(text):
    suppressions = read(text)
    assert suppressions.problems == ()
    assert not is_blocked(text + "\nHERE")


def test_a_span_over_several_statements_is_touched_by_each():
    text = "a = HERE\nb = 2  # lever: ignore[gather-awaits]\nc = END\nd\n"
    assert is_blocked(text, marked=text[text.index("HERE") : text.index("END") + 3])
    assert not is_blocked(text, marked="HERE")
    assert not is_blocked(text, marked="HERE\n")


def test_an_edit_in_a_suppressed_place_of_another_file_blocks_the_whole():
    here, there = "x = HERE\n", "def f():\n    a  # lever: ignore[gather-awaits] slow\n"
    files = {"a.py": read(here), "b.py": read(there, "b.py")}
    at = there.index("a  #")
    inside = finding(here, edits=(Edit("a.py", 0, 1, ""), Edit("b.py", at, at + 1, "")))
    outside = finding(here, edits=(Edit("b.py", 0, 3, "async def"),))
    filtered = filter_findings([inside, outside], files.get)
    assert filtered.kept == (outside,)
    (blocked,) = filtered.suppressed
    assert blocked.finding == inside
    assert blocked.reason == "slow"
    assert blocked.used[0][0] == "b.py"


def test_a_file_without_the_word_is_not_looked_at():
    def never(_):
        raise AssertionError

    assert read_suppressions(decode("a.py", b"x = 1  # noqa\n"), never, KNOWN) is None


@pytest.mark.parametrize(
    ("comment", "message", "hint"),
    [
        ("# lever: ignore", "names no codemod", "ignore[codemod-id] why"),
        ("# lever: ignore this one", "names no codemod", "ignore[codemod-id] why"),
        ("# lever: ignore-file", "names no codemod", "ignore-file[codemod-id] why"),
        ("# lever: ignore[]", "malformed", "ignore[codemod-id] why"),
        ("# lever: ignore(gather-awaits)", "malformed", "ignore[codemod-id]"),
        ("# lever: ignore [gather-awaits]", "malformed", "ignore[codemod-id]"),
        ("# lever: ignore[gather-awaits eager-load]", "malformed", "ignore[codemod-id]"),
        ("# lever: ignore[gather-awaits]because", "malformed", "ignore[codemod-id]"),
        ("# lever: ingore[gather-awaits]", "no directive", "ignore[codemod-id]"),
        ("# lever: ignore_file[gather-awaits]", "no directive", "ignore-file[codemod-id]"),
        ("# lever: disable[gather-awaits]", "no directive", "ignore[codemod-id]"),
        ("# noqa  # lever: ignore", "names no codemod", "ignore[codemod-id]"),
        ("# lever: ignore[gather_awaits]", "'gather_awaits'", "did you mean 'gather-awaits'"),
        ("# lever: ignore[eager-lod, gather-awaits]", "'eager-lod'", "did you mean 'eager-load'"),
        ("# lever: ignore[zzz]", "unknown codemod 'zzz'", "`lever-fix list`"),
        ("# lever: ignore-file[eager-load]", "below the first comment", "ignore[eager-load]"),
    ],
)
def test_what_looks_like_a_directive_is_an_error(comment, message, hint):
    (problem,) = read(f"y = 1\nx = 1  {comment}\n").problems
    assert (problem.path, problem.line) == ("a.py", 2)
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    "comment",
    ["# lever: pull it down", "# the lever: ignore it", "# lever: 5 cm", "# lever:", "# lever:x"],
)
def test_prose_is_no_error(comment):
    assert read(f"x = 1  {comment}\n").problems == ()


def test_a_known_id_beside_an_unknown_one_still_blocks():
    assert is_blocked("x = HERE  # lever: ignore[eager-lod, gather-awaits]\n")


def unused(text, codemods=("gather-awaits",), ran=KNOWN):
    file = read(text)
    findings = [finding(text, codemod=codemod) for codemod in codemods]
    filtered = filter_findings(findings, lambda _: file)
    return unused_suppressions([file], filtered.suppressed, ran)


def fixed(text, found):
    for edit in sorted(found.fix.edits, key=lambda edit: -edit.start):
        text = text.encode()
        text = (text[: edit.start] + edit.text.encode() + text[edit.end :]).decode()
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("HERE  # lever: ignore[eager-load] why\n", "HERE\n", id="trailing"),
        pytest.param(
            "HERE  # lever: ignore[eager-load]  # noqa: E501\n", "HERE  # noqa: E501\n", id="first"
        ),
        pytest.param("HERE  # noqa # lever: ignore[eager-load]\n", "HERE  # noqa\n", id="last"),
        pytest.param(
            "HERE  # lever: ignore[eager-load] # lever: ignore[optional-to-union] x\n",
            "HERE\n",
            id="two directives",
        ),
        pytest.param(
            "HERE  # lever: ignore[eager-load] # lever: ignore[gather-awaits] x\n",
            "HERE  # lever: ignore[gather-awaits] x\n",
            id="one of two directives",
        ),
        pytest.param(
            "HERE  # lever: ignore[eager-load, gather-awaits] why\n",
            "HERE  # lever: ignore[gather-awaits] why\n",
            id="one id of two",
        ),
        pytest.param(
            "HERE  # lever: ignore[ eager-load,gather-awaits,optional-to-union ] why\n",
            "HERE  # lever: ignore[ gather-awaits ] why\n",
            id="two ids of three",
        ),
        pytest.param(
            "if x:\n    # lever: ignore[eager-load]\n    HERE\n", "if x:\n    HERE\n", id="own line"
        ),
        pytest.param("HERE\r\n# lever: ignore[eager-load]\r\ny\r\n", "HERE\r\ny\r\n", id="crlf"),
        pytest.param("HERE\n# lever: ignore[eager-load]", "HERE\n", id="end of file"),
        pytest.param("# lever: ignore-file[eager-load]\nHERE\n", "HERE\n", id="file"),
        pytest.param(
            "f(\n  HERE,  # lever: ignore[gather-awaits]\n)", "f(\n  HERE,\n)", id="middle"
        ),
        pytest.param("'é'; HERE  # lever: ignore[eager-load] é\n", "'é'; HERE\n", id="not ascii"),
    ],
)
def test_an_unused_suppression_is_a_finding_with_a_fix(before, after):
    (found,) = unused(before)
    assert (found.codemod, found.safety) == ("unused-suppression", Safety.SAFE)
    assert fixed(before, found) == after
    (needs,) = found.fix.needs
    comments = [line[line.index("#") :].rstrip("\r") for line in before.split("\n") if "#" in line]
    left = [line[line.index("#") :].rstrip("\r") for line in after.split("\n") if "#" in line]
    assert list(needs.comments_dropped) == comments
    assert list(needs.comments_added) == left


def test_the_finding_points_at_the_idle_id():
    text = "HERE  # lever: ignore[gather-awaits, eager-load]\n"
    (found,) = unused(text)
    assert text[found.span.start : found.span.end] == "eager-load"
    assert "`eager-load`" in found.message


@pytest.mark.parametrize(
    ("text", "ran"),
    [
        pytest.param("HERE  # lever: ignore[gather-awaits]\n", KNOWN, id="used"),
        pytest.param("HERE  # lever: ignore[eager-load]\n", ("gather-awaits",), id="did not run"),
        pytest.param("HERE  # lever: ignore[zzz]\n", KNOWN, id="unknown, an error already"),
        pytest.param(
            "HERE  # lever: ignore[eager-load, unused-suppression]\n", KNOWN, id="asked to stay"
        ),
    ],
)
def test_no_finding_for(text, ran):
    assert unused(text, ran=ran) == []


def test_every_directive_that_blocks_is_used():
    text = (
        "# lever: ignore-file[gather-awaits]\n"
        "def f():  # lever: ignore[gather-awaits]\n"
        "    HERE  # lever: ignore[gather-awaits]\n"
    )
    assert unused(text) == []
