"""Rounds: conflicts, order, what never ends, and findings that are made whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lever_fix.engine.conflicts import without_conflicts
from lever_fix.engine.settle import top_level
from lever_fix.errors import SourceError
from lever_fix.model import Edit, Finding, Fix, Safety, Span
from lever_fix.rewrite.splices import splice


@pytest.fixture(params=[False, True], ids=["as-it-comes", "ahead"])
def lab(lab, request):
    """Rounds lead to the same whether they are worked out ahead or not."""
    lab.ahead = request.param
    return lab


def finding(
    codemod: str = "a",
    *edits: tuple[int, int],
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    path: str = "m.py",
) -> Finding:
    start, end = edits[0] if edits else (0, 0)
    return Finding(
        codemod=codemod,
        path=path,
        span=Span(start, end),
        message="",
        safety=Safety.SAFE,
        fix=Fix(tuple(Edit(path, low, high, "x") for low, high in edits)),
        reads=reads,
        writes=writes,
    )


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        pytest.param(finding("a", (0, 5)), finding("b", (4, 8)), True, id="overlap"),
        pytest.param(finding("a", (0, 9)), finding("b", (2, 3)), True, id="inside"),
        pytest.param(finding("a", (2, 3)), finding("b", (0, 9)), True, id="around"),
        pytest.param(finding("a", (0, 5)), finding("b", (5, 8)), False, id="touching"),
        pytest.param(finding("a", (0, 5)), finding("b", (5, 5)), False, id="insertion at the end"),
        pytest.param(finding("a", (0, 5)), finding("b", (0, 0)), False, id="insertion at start"),
        pytest.param(finding("a", (0, 5)), finding("b", (3, 3)), True, id="insertion inside"),
        pytest.param(finding("a", (3, 3)), finding("b", (0, 5)), True, id="around an insertion"),
        pytest.param(finding("a", (3, 3)), finding("b", (3, 3)), False, id="two insertions"),
        pytest.param(finding("a", (3, 3), (3, 9)), finding("b", (3, 4)), True, id="same start"),
        pytest.param(finding("a", (0, 2), (8, 9)), finding("b", (1, 20)), True, id="spanning"),
        pytest.param(
            finding("a", (0, 1)), finding("b", (0, 1), path="n.py"), False, id="other file"
        ),
        pytest.param(
            finding("a", (0, 1), writes=("f",)),
            finding("b", (5, 6), reads=("f",)),
            True,
            id="reads what is written",
        ),
        pytest.param(
            finding("a", (0, 1), reads=("f",)),
            finding("b", (5, 6), writes=("f",)),
            True,
            id="writes what is read",
        ),
        pytest.param(
            finding("a", (0, 1), writes=("f",)),
            finding("b", (5, 6), writes=("f",)),
            True,
            id="both write",
        ),
        pytest.param(
            finding("a", (0, 1), reads=("f",)),
            finding("b", (5, 6), reads=("f",)),
            False,
            id="both read",
        ),
    ],
)
def test_conflicts(first: Finding, second: Finding, conflict: bool):
    chosen, waiting = without_conflicts([second, first], {"a": 0, "b": 1})
    assert chosen == ([first] if conflict else [first, second])
    assert waiting == ([second] if conflict else [])


def test_the_second_round_picks_up_what_waited(lab):
    lab.write({"m.py": "x = 'outer(inner)'\n"})
    lab.replacing("wide", "outer(inner)", "outer( inner )")
    lab.replacing("narrow", "inner", "deep", after=("wide",))
    settled = lab.settle()
    assert settled.changes[0].after == b"x = 'outer( deep )'\n"
    assert [one.codemod for one in settled.applied] == ["wide", "narrow"]
    assert settled.rounds == 2
    assert not settled.remaining.findings


@pytest.mark.parametrize(
    ("after", "result"),
    [
        pytest.param({}, b"x = 'a.'\n", id="by id"),
        pytest.param({"a_first": ("b_second",)}, b"x = 'b.'\n", id="as declared"),
    ],
)
def test_conflicting_codemods_go_in_their_order(lab, after, result):
    lab.write({"m.py": "x = '..'\n"})
    for name, letter in (("a_first", "a"), ("b_second", "b")):
        body = f"""
        at = module.text.find(b"..")
        if at >= 0:
            yield replaced(module, Span(at, at + 2), "{letter}.")
        """
        lab.codemod(name, body, after=tuple(n.replace("_", "-") for n in after.get(name, ())))
    assert lab.settle().changes[0].after == result


def test_codemods_that_undo_each_other_make_nothing_where_they_meet(lab):
    lab.write({"bad.py": "x = 'left'\ny = 'stale'\n", "good.py": "y = 'stale'\n"})
    lab.replacing("to_left", "right", "left")
    lab.replacing("to_right", "left", "right")
    lab.replacing("freshen", "stale", "fresh")
    settled = lab.settle()
    assert {one.path: one.after for one in settled.changes} == {
        "bad.py": b"x = 'left'\ny = 'fresh'\n",
        "good.py": b"y = 'fresh'\n",
    }
    (problem,) = settled.problems
    assert problem.path == "bad.py"
    assert "to-left, to-right" in problem.message
    assert "10 rounds" in problem.message
    assert {one.codemod for one in settled.applied} == {"freshen"}
    assert [one.codemod for one in settled.remaining.findings] == ["to-right"]


def test_a_codemod_that_feeds_itself_makes_nothing(lab):
    lab.write({"m.py": "grow = 1\n"})
    lab.replacing("grow", "grow", "grow_grow", needs="names_bound=('grow_grow', 'grow')")
    settled = lab.settle()
    assert settled.changes == []
    assert settled.applied == []
    assert "still changing after 10 rounds" in settled.problems[0].message


def test_ten_rounds_that_end_are_fine(lab):
    lab.write({"m.py": "x = '..........'\n"})
    body = """
    at = module.text.find(b".")
    if at >= 0:
        yield replaced(module, Span(at, at + 1), "!")
    """
    lab.codemod("dots", body)
    settled = lab.settle()
    assert settled.problems == []
    assert settled.rounds == 10
    assert settled.changes[0].after == b"x = '!!!!!!!!!!'\n"


def test_exactly_one_round_where_that_is_asked_for(lab):
    lab.write({"m.py": "x = '...'\n"})
    body = """
    at = module.text.find(b".")
    if at >= 0:
        yield replaced(module, Span(at, at + 1), "!")
    """
    lab.codemod("dots", body)
    settled = lab.settle(rounds=1)
    assert settled.changes[0].after == b"x = '!..'\n"
    assert len(settled.remaining.findings) == 1
    assert settled.problems == []


def test_a_fix_that_changes_nothing_is_never_made(lab):
    lab.write({"m.py": "x = 1\n"})
    lab.codemod("empty", "yield module.finding(Span(0, 1), 'look', fix=Fix())")
    settled = lab.settle()
    assert (settled.applied, settled.changes, settled.problems) == ([], [], [])


BOTH = """
other = "b.py" if module.path == "a.py" else ""
if other and module.text.startswith(b"old"):
    fix = Fix((Edit("a.py", 0, 3, "vars"), Edit(other, 0, 3, {text!r})))
    yield module.finding(Span(0, 3), "write new", fix=fix)
"""


def test_a_finding_in_two_files_is_made_in_both(lab):
    lab.write({"a.py": "old()\n", "b.py": "old()\n"})
    lab.codemod("both", BOTH.format(text="vars"))
    settled = lab.settle()
    assert [one.after for one in settled.changes] == [b"vars()\n", b"vars()\n"]
    assert set(settled.remaining.files) == set()


def test_a_finding_that_one_file_drops_is_made_in_none(lab):
    lab.write({"a.py": "old('stale')\n", "b.py": "old('stale')\n"})
    lab.codemod("both", BOTH.format(text="vars("))
    lab.replacing("freshen", "stale", "fresh")
    settled = lab.settle()
    assert {one.path: one.after for one in settled.changes} == {
        "a.py": b"old('fresh')\n",
        "b.py": b"old('fresh')\n",
    }
    (problem,) = settled.problems
    assert (problem.path, problem.line, problem.codemod) == ("a.py", 1, "both")
    assert "does not parse" in problem.message


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        pytest.param("syntax", "'bad(' ", "does not parse", id="bad syntax"),
        pytest.param("names", "'nowhere'", "`nowhere` would be undefined", id="undefined name"),
    ],
)
def test_only_the_guilty_are_dropped(lab, name, body, complaint):
    text = "".join(f"v{n} = print\n" for n in range(20))
    lab.write({"m.py": text})
    lab.codemod(
        name,
        f"""
        for span in each(module, b"print"):
            guilty = module.source.position(span.start)[0] in (4, 5, 18)
            yield replaced(module, span, {body} if guilty else "input")
        """,
    )
    settled = lab.settle()
    after = settled.changes[0].after.decode().splitlines()
    assert [at for at, line in enumerate(after) if "print" in line] == [3, 4, 17]
    assert [one.line for one in settled.problems] == [4, 5, 18]
    assert all(complaint in one.message for one in settled.problems)
    assert len(settled.applied) == 17


@pytest.mark.parametrize(
    ("edits", "complaint"),
    [
        pytest.param([(0, 3), (1, 4)], "overlaps", id="edits of one finding overlap"),
        pytest.param([(0, 999)], "outside the text", id="beyond the end"),
        pytest.param([(-4, 2)], "outside the text", id="before the start"),
        pytest.param([(4, 2)], "outside the text", id="backwards"),
    ],
)
def test_odd_edits_are_refused_with_their_codemod(lab, edits, complaint):
    lab.write({"m.py": "abcdef = 1\nold = 2\n"})
    made = ", ".join(f"Edit(module.path, {low}, {high}, 'x')" for low, high in edits)
    lab.codemod("odd", f"yield module.finding(Span(0, 1), 'odd', edits=({made},))")
    lab.replacing("fine", "= 2", "= 3")
    settled = lab.settle()
    assert settled.changes[0].after == b"abcdef = 1\nold = 3\n"
    (problem,) = settled.problems
    assert problem.codemod == "odd"
    assert complaint in problem.message


def test_what_was_in_the_way_of_a_good_finding_is_out_of_it_once_dropped(lab):
    lab.write({"m.py": "value = print\n"})
    lab.replacing("a_bad", "value = print", "value = print(")
    lab.replacing("b_good", "print", "input")
    settled = lab.settle()
    assert settled.changes[0].after == b"value = input\n"
    assert [one.codemod for one in settled.problems] == ["a-bad"]


def test_a_lost_comment_is_refused_and_a_declared_one_is_not(lab):
    lab.write({"m.py": "a = 1  # why\nb = 2  # how\n"})
    lab.replacing("lose", "1  # why", "1")
    lab.replacing("drop", "2  # how", "2", needs="comments_dropped=('# how',)")
    settled = lab.settle()
    assert settled.changes[0].after == b"a = 1  # why\nb = 2\n"
    (problem,) = settled.problems
    assert "`# why` would be lost" in problem.message


def test_a_character_the_file_cannot_hold_drops_only_its_finding(lab):
    lab.write({"m.py": "# coding: latin-1\na = 'é'\nb = 'x'\nc = 'y'\n".encode("latin-1")})
    lab.replacing("snow", "'x'", "'\u2603'")
    lab.replacing("plain", "'y'", "'ü'")
    settled = lab.settle()
    expected = "# coding: latin-1\na = 'é'\nb = 'x'\nc = 'ü'\n".encode("latin-1")
    assert settled.changes[0].after == expected
    (problem,) = settled.problems
    assert problem.codemod == "snow"
    assert "cannot express" in problem.message
    assert problem.hint == "save the file as UTF-8 first"


def test_a_file_that_does_not_parse_is_reported_once_and_the_others_are_done(lab):
    lab.write({"bad.py": "old()\nold()\nx = = 1\n", "good.py": "old()\n"})
    lab.replacing("new", "old", "print")
    settled = lab.settle()
    assert [one.path for one in settled.changes] == ["good.py"]
    (problem,) = settled.problems
    assert (problem.path, problem.line, problem.codemod) == ("bad.py", 3, "")
    assert "does not parse" in problem.message


def test_what_breaks_the_rewriter_drops_its_finding(lab):
    lab.write({"m.py": "from a import b\nb()\n"})
    move = "Move(Import('a', 'b'), Import('c', 'b'), 10**9)"
    lab.replacing("odd", "b()", "b( )", needs=f"moved=({move},)")
    lab.replacing("fine", "from a import b", "from a import  b")
    settled = lab.settle()
    assert settled.changes[0].after.startswith(b"from a import  b\n")


def test_crashes_in_later_rounds_are_reported(lab):
    lab.write({"m.py": "x = 'one'\n"})
    lab.replacing("step", "one", "two")
    lab.codemod("crash", "if b'two' in module.text:\n    1 / 0\nyield from ()")
    settled = lab.settle()
    assert settled.changes[0].after == b"x = 'two'\n"
    assert [one.codemod for one in settled.problems] == ["crash"]


def test_a_helper_is_inserted_once_for_all_findings(lab):
    lab.write({"m.py": "import os\n\n\nx = old()\ny = old()\n"})
    helper = "Definition('helper', 'def helper():\\n    return 1')"
    lab.replacing("use", "old", "helper", needs=f"definitions=({helper},)")
    after = lab.settle().changes[0].after
    assert after.count(b"def helper") == 1
    assert after.count(b"= helper()") == 2


PROJECT = '[project]\nname = "p"\ndependencies = [\n    "fastapi",\n]\n'


def test_packages_of_several_files_and_rounds_add_up_in_one_manifest(lab):
    lab.write({"pyproject.toml": PROJECT, "a.py": "old()\n", "b.py": "older()\n"})
    lab.replacing("old", "old()", "print()", needs="packages=('tenacity>=9',)")
    lab.replacing("older", "older()", "input()", needs="packages=('aiohttp',)")
    lab.replacing("later", "input()", "vars()", needs="packages=('msgspec',)")
    settled = lab.settle()
    assert settled.problems == []
    manifest = {one.path: one for one in settled.changes}["pyproject.toml"]
    assert manifest.after.decode() == PROJECT.replace(
        '    "fastapi",\n', '    "aiohttp",\n    "fastapi",\n    "msgspec",\n    "tenacity>=9",\n'
    )
    assert manifest.before == PROJECT.encode()
    assert set(manifest.codemods) == {"later", "old", "older"}


def test_a_broken_manifest_keeps_the_findings_that_need_it_out_of_the_code(lab):
    lab.write({"pyproject.toml": "[project\n", "a.py": "old()\nfine()\n", "b.py": "old()\n"})
    lab.replacing("needy", "old()", "print()", needs="packages=('tenacity>=9',)")
    lab.replacing("calm", "fine()", "input()")
    settled = lab.settle()
    assert {one.path: one.after for one in settled.changes} == {"a.py": b"old()\ninput()\n"}
    (problem,) = settled.problems
    assert (problem.path, problem.line) == ("pyproject.toml", 1)


@pytest.mark.parametrize("after", ["y = 0\nx = 'old'\n", ""], ids=["edited", "emptied"])
def test_a_file_that_changes_meanwhile_is_left_as_it_is(lab, after):
    lab.write({"m.py": "x = 'old'\n", "n.py": "x = 'old'\n"})
    lab.replacing("freshen", "old", "new")

    def accept(_):
        lab.write({"m.py": after})
        return True

    settled = lab.settle(accept)
    assert [one.path for one in settled.changes] == ["n.py"]
    assert [(one.path, one.message) for one in settled.problems] == [
        ("m.py", "it changed while lever-fix was at work")
    ]


def test_a_file_that_changes_at_the_last_moment_stops_the_run(lab, monkeypatch):
    lab.write({"m.py": "x = 'old'\n"})
    lab.replacing("freshen", "old", "new")
    run = lab.run()
    monkeypatch.setattr(run, "data", lambda path: b"y = 0\n")
    with pytest.raises(SourceError, match=r"m\.py: it changed while lever-fix was at work"):
        lab.settle(run=run)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        pytest.param(["app/__init__.py", "app/a.py", "tests/test_a.py"], ("app",), id="flat"),
        pytest.param(["src/app/__init__.py", "src/app/x/__init__.py"], ("app",), id="src"),
        pytest.param(["a/one/__init__.py", "b/two/__init__.py"], ("one", "two"), id="two-roots"),
        pytest.param(["script.py"], (), id="no-package"),
    ],
)
def test_top_level_packages_are_the_projects_own(paths, names):
    assert top_level(paths) == names


RANGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted), max_size=7)


# The first input takes as long as Hypothesis looks for constants in every module there is.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RANGES)
def test_a_round_can_be_spliced_and_leaves_out_only_what_cannot(ranges):
    found = [finding("a", (start, end)) for start, end in ranges]
    chosen, waiting = without_conflicts(found, {"a": 0})
    edits = [edit for one in chosen for edit in one.fix.edits]
    splice(b"0123456789abcd", edits)
    assert len(chosen) + len(waiting) == len(found)
    for one in waiting:
        with pytest.raises(ValueError, match="overlaps"):
            splice(b"0123456789abcd", [*edits, *one.fix.edits])


def test_one_that_waits_holds_back_those_that_come_after_it():
    """A rewrite that must see what an earlier one leaves does not go first when that one waits."""
    early = finding("a", (0, 1), reads=("m.py::other",))
    wide = finding("b", (4, 5), writes=("m.py::f", "m.py::other"))
    late = finding("c", (8, 9), writes=("m.py::f",))
    apart = finding("c", (10, 11), writes=("m.py::g",))
    chosen, waiting = without_conflicts([early, wide, late, apart], {"a": 0, "b": 1, "c": 2})
    assert chosen == [early, apart]
    assert waiting == [wide, late]
