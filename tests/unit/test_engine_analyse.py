"""One file, all codemods: crashes, levels, fingerprints, and codemods that decide once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lever_fix
from lever_fix.engine.analyse import problem
from lever_fix.engine.syntax import syntax_error_in
from lever_fix.errors import CodemodError, ConfigError, SourceError
from lever_fix.model import Problem, Safety
from lever_fix.registry import load
from lever_fix.semantics.module import Module
from lever_fix.settings import Settings
from lever_fix.sources import decode


def test_only_one_place_catches_everything():
    package = Path(lever_fix.__file__).parent
    found = []
    for file in [*package.rglob("*.py"), *(package.parent / "codemods").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ExceptHandler):
                names = ast.unparse(node.type).split(", ") if node.type else [""]
                cleans_up = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                wide = {name.strip("()") for name in names} & {"", "Exception", "BaseException"}
                if wide and not cleans_up:
                    found.append(file.name)
    assert found == ["errors.py"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param("yield 1 / 0", "ZeroDivisionError: division by zero", id="raises"),
        pytest.param("return None", "TypeError", id="no iterable"),
        pytest.param("yield 'finding'", "yielded a str, neither", id="yields something else"),
        pytest.param("def f(): f()\nf()\nyield", "RecursionError", id="recursion"),
        pytest.param("assert False, 'never'\nyield", "AssertionError: never", id="assertion"),
        pytest.param("raise StopIteration\nyield", "RuntimeError", id="StopIteration"),
    ],
)
def test_a_crash_is_a_problem_and_the_rest_goes_on(lab, body, message):
    lab.write({"a.py": "x = 'old'\n", "b.py": "x = 'old'\n"})
    file = lab.codemod("crash", f"if module.path == 'b.py':\n    return\n{body}")
    if body.startswith(("return", "def")):
        file = lab.codemod("crash", body.replace("def f(): f()\n", "f = lambda: f()\n"))
    lab.replacing("freshen", "old", "new")
    plan = lab.run().plan()
    assert [one.path for one in plan.findings] == ["a.py", "b.py"]
    found = plan.problems[0]
    assert found.path == "a.py"
    assert found.codemod == "crash"
    assert "codemod 'crash' crashed" in found.message
    assert message in found.message
    assert str(file) in found.message


def test_what_was_found_before_a_crash_is_kept(lab):
    lab.write({"a.py": "x = 'old'\n"})
    lab.codemod("crash", "yield replaced(module, Span(0, 1), 'x')\n1 / 0")
    plan = lab.run().plan()
    assert (len(plan.findings), len(plan.problems)) == (1, 1)


@pytest.mark.parametrize(
    ("path", "message", "expected"),
    [
        pytest.param("a.py", "a.py:3: bad", Problem(path="a.py", line=3, message="bad"), id="line"),
        pytest.param("a.py", "a.py: bad", Problem(path="a.py", message="bad"), id="no line"),
        pytest.param("a.py", "bad", Problem(path="a.py", message="bad"), id="message alone"),
        pytest.param(
            "a.py", "b.py:3: bad", Problem(path="a.py", message="b.py:3: bad"), id="other file"
        ),
        pytest.param(
            "", "d/b.py:3: x: y", Problem(path="d/b.py", line=3, message="x: y"), id="named in it"
        ),
    ],
)
def test_errors_become_problems(path, message, expected):
    assert problem(path, SourceError(message)) == expected


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        pytest.param("x = (1\n", True, id="unclosed bracket"),
        pytest.param("x = 1)\n", True, id="stray bracket"),
        pytest.param("x = 'a\n", True, id="unterminated string"),
        pytest.param('x = """a\n', True, id="unterminated triple quotes"),
        pytest.param("<<<<<<< HEAD\n", True, id="conflict at the start"),
        pytest.param("a = 1\n<<<<<<< HEAD\nx = 1\n=======\n>>>>>>> b\n", True, id="conflict"),
        pytest.param("def f():\n    print 'a'\n", True, id="print statement"),
        pytest.param("x = 1\nprint x\n", True, id="print of a name"),
        pytest.param("try:\n    pass\nexcept A, e:\n    pass\n", True, id="except with a comma"),
        pytest.param("raise A, 'b'\n", True, id="raise with a comma"),
        pytest.param("def f():\n    x =\n\n", True, id="half a statement"),
        pytest.param("x = '('\n# (\nprint(x)\n", False, id="brackets in strings"),
        pytest.param("try:\n    pass\nexcept (A, B):\n    pass\n", False, id="except with two"),
        pytest.param('"""Raise A, or\nprint what\nit takes."""\n', False, id="prose"),
    ],
)
def test_broken_files_are_told_apart_at_once(text, bad):
    error = syntax_error_in(Module(decode("m.py", text.encode())))
    assert (error is not None) is bad
    assert error is None or error.message.startswith("m.py:")


def test_a_file_that_does_not_parse_shows_no_findings_and_keeps_its_suppressions(lab):
    lab.write({"m.py": "old()  # lever: ignore[freshen]\nold()\nif (:\n"})
    lab.replacing("freshen", "old", "new")
    plan = lab.run().plan()
    assert plan.findings == ()
    assert [(one.path, one.line) for one in plan.problems] == [("m.py", 3)]


def test_a_crashed_codemod_leaves_its_suppressions_alone(lab):
    lab.write({"m.py": "old()  # lever: ignore[crash, freshen]\n"})
    lab.codemod("crash", "yield 1 / 0")
    lab.replacing("freshen", "new", "newer")
    lab.ids.remove("freshen")
    assert lab.run().plan().findings == ()


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        pytest.param(Settings(), True, id="default"),
        pytest.param(Settings(select=("freshen",)), False, id="others selected"),
        pytest.param(Settings(select=("freshen", "unused-suppression")), True, id="selected"),
        pytest.param(Settings(ignore=("unused-suppression",)), False, id="ignored"),
        pytest.param(
            Settings(per_file_ignores={"m.py": ("unused-suppression",)}), False, id="per file"
        ),
    ],
)
def test_unused_suppressions_are_a_codemod_like_others(lab, settings, found):
    lab.write({"m.py": "x = 1  # lever: ignore[freshen]\n"})
    lab.replacing("freshen", "old", "new")
    plan = lab.run(settings=settings).plan()
    assert [one.codemod for one in plan.findings] == ["unused-suppression"] * found
    assert not found or plan.files.keys() == {"m.py"}


@pytest.mark.parametrize(
    ("settings", "declared", "level", "reason"),
    [
        pytest.param(Settings(), "UNSAFE", Safety.UNSAFE, "why", id="as declared"),
        pytest.param(Settings(safe=("c",)), "UNSAFE", Safety.SAFE, "", id="made safe"),
        pytest.param(Settings(safe=("c",)), "DISPLAY", Safety.DISPLAY, "why", id="never display"),
        pytest.param(
            Settings(unsafe=("c",), source="a/pyproject.toml"),
            "SAFE",
            Safety.UNSAFE,
            "a/pyproject.toml",
            id="made unsafe",
        ),
        pytest.param(Settings(unsafe=("c",)), "DISPLAY", Safety.DISPLAY, "why", id="not raised"),
    ],
)
@pytest.mark.parametrize("decides", [False, True], ids=["by file", "decides"])
def test_levels_move_by_configuration(lab, settings, declared, level, reason, decides):
    lab.write({"m.py": "x = 1\n"})
    made = f"safety=Safety.{declared}, reasons=('why',) if '{declared}' != 'SAFE' else ()"
    if decides:
        lab.codemod("c", DECIDE.format(made=made), rest=SCAN, scan="scan", facts="Facts")
    else:
        lab.codemod("c", f"yield module.finding(Span(0, 1), 'm', {made})")
    (found,) = lab.run(settings=settings).plan().findings
    assert found.safety is level
    assert (reason in found.reasons[0]) if reason else found.reasons == ()


SCAN = """
class Facts(msgspec.Struct):
    path: str
    length: int


def scan(module):
    return Facts(module.path, len(module.text)) if b"skip" not in module.text else None
"""
DECIDE = """
for path, fact in facts.items():
    yield Finding(codemod="", path=path, span=Span(0, 1), message=str(fact.length), {made})
"""


def test_a_codemod_that_decides_sees_the_facts_of_every_file_once(lab):
    lab.write({"a.py": "x = 1\n", "b.py": "skip = 1\n", "c.py": "y = 22\n"})
    body = """
    assert list(facts) == ["a.py", "c.py"]
    edits = tuple(Edit(path, 0, 1, "v") for path in facts)
    yield Finding(codemod="", path="a.py", span=Span(0, 1), message="both",
                  safety=Safety.SAFE, fix=Fix(edits, tuple(
                      Needs(path, names_bound=("x", "y", "v")) for path in facts)))
    yield Refusal(codemod="", path="c.py", span=Span(0, 1), code="too-long", chain=("why",))
    """
    lab.codemod("decide", body, rest=SCAN, scan="scan", facts="Facts")
    cached = [lab.run(cache=True).plan() for _ in range(2)]
    assert cached[0] == cached[1] == lab.run(jobs=2).plan()
    (found,) = cached[0].findings
    assert found.codemod == "decide"
    assert len(found.fingerprint) == 16
    assert cached[0].files.keys() == {"a.py", "c.py"}
    assert [one.code for one in cached[0].refusals] == ["too-long"]
    settled = lab.settle(rounds=1)
    assert [one.after for one in settled.changes] == [b"v = 1\n", b"v = 22\n"]


@pytest.mark.parametrize(
    ("scan", "body", "message"),
    [
        pytest.param("return 1 / 0", "yield", "ZeroDivisionError", id="scan crashes"),
        pytest.param("return object()", "yield", "TypeError", id="facts cannot be kept"),
        pytest.param("return {'path': 3}", "yield", "ValidationError", id="facts of another type"),
        pytest.param(
            "return Facts('', 1)", "yield 1 / 0", "ZeroDivisionError", id="decide crashes"
        ),
    ],
)
def test_crashes_of_codemods_that_decide(lab, scan, body, message):
    lab.write({"a.py": "x = 'old'\n"})
    rest = (
        f"class Facts(msgspec.Struct):\n    path: str\n    n: int\n\ndef scan(module):\n    {scan}"
    )
    lab.codemod("decide", body, rest=rest, scan="scan", facts="Facts")
    lab.replacing("freshen", "old", "new")
    plan = lab.run().plan()
    assert len(plan.findings) == 1
    (found,) = plan.problems
    assert found.codemod == "decide"
    assert message in found.message
    assert found.path in ("a.py", str(lab.root / "mods/decide.py"))


def test_a_codemod_that_could_not_decide_leaves_its_suppressions_alone(lab):
    lab.write({"a.py": "x = 1  # lever: ignore[decide]\n"})
    lab.codemod("decide", "yield 1 / 0", rest=SCAN, scan="scan", facts="Facts")
    plan = lab.run().plan()
    assert plan.findings == ()
    assert len(plan.problems) == 1


def test_a_finding_about_a_file_that_is_not_there(lab):
    lab.write({"a.py": "x = 1\n"})
    body = """
    yield Finding(codemod="", path="gone.py", span=Span(0, 1), message="", safety=Safety.DISPLAY)
    """
    lab.codemod("decide", body, rest=SCAN, scan="scan", facts="Facts")
    (found,) = lab.run().plan().problems
    assert (found.path, found.codemod) == ("gone.py", "decide")


def test_scan_and_facts_go_together(lab):
    lab.codemod("half", "yield", rest=SCAN, scan="scan")
    with pytest.raises(CodemodError, match="`scan` and `facts` go together"):
        load(lab.sources)


def test_a_file_out_of_reach_that_a_fix_changes_has_its_digest_and_its_suppressions(lab):
    lab.write({"a.py": "x = 1\n", "b.py": "y = 1  # lever: ignore[wide]\n", "c.py": "y = 1\n"})
    for_b, for_c = (f"Fix((Edit('{name}.py', 4, 5, '2'),))" for name in "bc")
    body = f"""
    if module.path == "a.py":
        yield module.finding(Span(0, 1), "b", fix={for_b})
        yield module.finding(Span(0, 1), "c", fix={for_c})
    """
    lab.codemod("wide", body)
    run = lab.run()
    run.groups = {"a.py": 0}
    plan = run.plan()
    assert [one.message for one in plan.findings] == ["c"]
    assert plan.files.keys() == {"a.py", "c.py"}
    assert plan.suppressed == 1
    assert [one.after for one in lab.settle(run=run, rounds=1).changes] == [b"y = 2\n"]


@pytest.mark.parametrize(
    ("edited", "same"),
    [
        pytest.param("# new\n\n\nx = old( 1 )\nx = old( 1 )\n", True, id="lines moved"),
        pytest.param("x = old(  1\n)\nx = old(1 )\n", False, id="other characters"),
        pytest.param("x = old(\n    1 )\nx = old( 1\n )\n", True, id="white space folded"),
        pytest.param("def f():\n    x = old( 1 )\nx = old( 1 )\n", False, id="another scope"),
    ],
)
def test_fingerprints_survive_what_does_not_matter(lab, edited, same):
    body = """
    import re
    for match in re.finditer(rb"old\\([^)]*\\)", module.text):
        yield module.finding(Span(*match.span()), "old")
    """
    lab.codemod("old", body)
    lab.write({"m.py": "x = old( 1 )\nx = old( 1 )\n"})
    first = [one.fingerprint for one in lab.run().plan().findings]
    lab.write({"m.py": edited})
    second = [one.fingerprint for one in lab.run().plan().findings]
    assert len(set(first)) == 2
    assert (first == second) is same


def test_options_are_checked_before_anything_runs(lab):
    rest = "class Options(msgspec.Struct):\n    max_depth: int = 3"
    lab.codemod("deep", "yield", rest=rest, options="Options")
    for table, message in (
        ({"max-dept": 1}, "unknown option"),
        ({"max-depth": "a"}, "expected an integer"),
    ):
        settings = Settings(options={"deep": table}, source="a/pyproject.toml")
        with pytest.raises(ConfigError, match=message) as caught:
            lab.run(settings=settings)
        assert caught.value.message.startswith("a/pyproject.toml: [tool.lever-fix.deep] max-dep")


def test_options_reach_the_codemod(lab):
    lab.write({"m.py": "x = 1\n"})
    rest = "class Options(msgspec.Struct):\n    max_depth: int = 3"
    body = "yield module.finding(Span(0, 1), str(project.options.max_depth))"
    lab.codemod("deep", body, rest=rest, options="Options")
    settings = Settings(options={"deep": {"max-depth": 7}})
    assert lab.run(settings=settings).plan().findings[0].message == "7"
    assert lab.run().plan().findings[0].message == "3"
