"""JSON, SARIF and GitHub annotations, read back the way their readers do."""

import json
from pathlib import Path

import jsonschema
import pytest

from lever_fix.codemod import Codemod
from lever_fix.model import (
    Definition,
    Edit,
    Finding,
    Fix,
    Import,
    Move,
    Needs,
    Plan,
    Problem,
    Safety,
    Span,
)
from lever_fix.report.github import render_github
from lever_fix.report.imports import imported, statement
from lever_fix.report.json import render_json
from lever_fix.report.sarif import render_sarif
from lever_fix.sources import decode
from lever_fix.suppress import Suppressed

# From OASIS, errata 01 of the standard; see the `id` in it.
SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json").read_bytes())

TEXT = "é = Optional[\r\n    '合'\r\n]\n".encode()
SPAN = Span(TEXT.index(b"Optional"), TEXT.index(b"]") + 1)


def sources(path):
    return decode(path, TEXT)


def finding(path="a.py", **fields):
    defaults = {
        "codemod": "a-codemod",
        "span": SPAN,
        "message": "Do it",
        "safety": Safety.SAFE,
        "fix": Fix((Edit(path, SPAN.start, SPAN.end, "x"),)),
        "fingerprint": "f00d",
    }
    return Finding(path=path, **(defaults | fields))


def as_json(*findings, **fields):
    return json.loads(render_json(Plan(findings=findings, **fields), sources))


CODEMOD = Codemod("a-codemod", "Do it", "Why\nand what.\n\nMore.", (), (), lambda *_: ())


def as_sarif(plan, **options):
    log = json.loads(render_sarif(plan, sources, [CODEMOD], **options))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


def test_positions_count_characters_from_one():
    (found,) = as_json(finding())["findings"]
    assert found["start"] == {"line": 1, "column": 5}
    assert found["end"] == {"line": 3, "column": 2}
    assert found["fix"]["edits"] == [
        {
            "path": "a.py",
            "start": {"line": 1, "column": 5},
            "end": {"line": 3, "column": 2},
            "text": "x",
        }
    ]


def test_json_has_exactly_the_documented_keys():
    report = as_json(
        finding(), problems=(Problem(path="b.py", line=3, message="no", hint="h"),), checked=7
    )
    assert list(report) == ["version", "findings", "errors", "files"]
    assert report["version"] == 1
    assert report["files"] == 7
    assert report["errors"] == [{"path": "b.py", "line": 3, "message": "no"}]
    (found,) = report["findings"]
    assert list(found) == [
        "id",
        "codemod",
        "path",
        "start",
        "end",
        "message",
        "safety",
        "reasons",
        "fix",
    ]
    assert list(found["fix"]) == ["edits", "imports", "packages"]
    assert found["fix"]["imports"] == {"add": [], "drop": []}


def test_a_display_finding_has_no_fix():
    (found,) = as_json(finding(safety=Safety.DISPLAY, fix=None, reasons=("why",)))["findings"]
    assert found["fix"] is None
    assert found["safety"] == "display"
    assert found["reasons"] == ["why"]


def test_order_is_by_path_position_codemod():
    report = as_json(
        finding("b.py"),
        finding(codemod="z", span=Span(0, 2)),
        finding(codemod="b"),
        finding(codemod="a"),
    )
    assert [(f["path"], f["codemod"]) for f in report["findings"]] == [
        ("a.py", "z"),
        ("a.py", "a"),
        ("a.py", "b"),
        ("b.py", "a-codemod"),
    ]


def test_imports_are_statements():
    text = b'''\
"""import nothing here"""
import os.path as p, requests
from typing import (
    Dict as D,
    List,  # (why)
)
'''
    needs = Needs(
        "a.py",
        imports=(Import("asyncio"), Import("collections", "deque", "dq")),
        freed=("requests", "p", "D", "unseen"),
        moved=(Move(Import("typing", "Callable"), Import("collections.abc", "Callable"), 0),),
        definitions=(Definition("retry", "def retry(): ...", (Import("tenacity"),)),),
        packages=("tenacity>=9",),
    )
    plan = Plan(findings=(finding(fix=Fix((), (needs,))),))
    report = json.loads(render_json(plan, lambda path: decode(path, text + TEXT)))
    fix = report["findings"][0]["fix"]
    assert fix["imports"] == {
        "add": [
            "from collections import deque as dq",
            "from collections.abc import Callable",
            "import asyncio",
            "import tenacity",
        ],
        "drop": [
            "from typing import Callable",
            "from typing import Dict as D",
            "import os.path as p",
            "import requests",
            "unseen",
        ],
    }
    assert fix["packages"] == ["tenacity>=9"]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("import a.b", {"a": "import a.b"}),
        ("from . import a", {"a": "from . import a"}),
        ("from ..b import (a,\r\n  c)\r\n", {"a": "from ..b import a", "c": "from ..b import c"}),
        ("from a import b, \\\n    c\n", {"b": "from a import b", "c": "from a import c"}),
        ("if x:\n    import a  # why\n", {"a": "import a"}),
        ("'''\nimport of goods\n'''\n", {}),
    ],
)
def test_imported_names_are_found(text, bound):
    assert imported(decode("a.py", text.encode())) == bound


def test_statement_of_an_import():
    assert statement(Import("a", "b", "c")) == "from a import b as c"


def test_sarif_is_valid_with_everything_in_it():
    plan = Plan(
        findings=(
            finding(reasons=()),
            finding("päth with space.py", safety=Safety.UNSAFE, reasons=("why",)),
            finding(codemod="unused-suppression", safety=Safety.DISPLAY, fix=None),
            finding(codemod="unknown-here", fingerprint=""),
        ),
        problems=(
            Problem(path="b.py", line=3, message="no", hint="do"),
            Problem(path="c.py", message="no", codemod="a-codemod"),
        ),
    )
    blocked = Suppressed(finding=finding(span=Span(0, 2)), reason="they know")
    run = as_sarif(plan, exit_code=2, suppressed=[blocked], base=Path(__file__).parent)
    assert run["columnKind"] == "unicodeCodePoints"
    results = run["results"]
    assert [(r["ruleId"], r["level"]) for r in results] == [
        ("a-codemod", "error"),
        ("a-codemod", "error"),
        ("unknown-here", "error"),
        ("unused-suppression", "note"),
        ("a-codemod", "warning"),
    ]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in results)
    assert rules[0]["fullDescription"] == {"text": "Why and what."}
    assert results[0]["suppressions"] == [{"kind": "inSource", "justification": "they know"}]
    assert "suppressions" not in results[1]
    assert results[1]["partialFingerprints"] == {"leverFix/v1": "f00d"}
    assert results[4]["message"]["text"] == "Do it\nwhy"
    location = results[4]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "p%C3%A4th%20with%20space.py"
    assert location["region"] == {"startLine": 1, "startColumn": 5, "endLine": 3, "endColumn": 2}
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert len(invocation["toolExecutionNotifications"]) == 2
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].startswith("file:///")


def test_an_empty_sarif_log_is_valid():
    run = as_sarif(Plan())
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_the_schema_rejects_what_is_no_sarif():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{}]})


def test_sarif_replaces_and_deletes_by_region():
    edits = (Edit("b.py", 0, 2, ""), Edit("a.py", SPAN.start, SPAN.end, "é"))
    (result,) = as_sarif(Plan(findings=(finding(fix=Fix(edits)),)))["results"]
    (fix,) = result["fixes"]
    first, second = fix["artifactChanges"]
    assert first["artifactLocation"]["uri"] == "a.py"
    assert first["replacements"][0]["insertedContent"] == {"text": "é"}
    assert second["replacements"] == [
        {"deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}}
    ]


@pytest.mark.parametrize(
    ("needs", "offered"),
    [
        pytest.param(Needs("a.py", freed=("Optional",)), True, id="frees a name"),
        pytest.param(Needs("a.py", imports=(Import("asyncio"),)), False, id="needs an import"),
        pytest.param(Needs("a.py", packages=("aiohttp",)), False, id="needs a package"),
        pytest.param(Needs("a.py", definitions=(Definition("f", "f = 1"),)), False, id="a helper"),
    ],
)
def test_sarif_offers_only_whole_fixes(needs, offered):
    one = finding(fix=Fix((Edit("a.py", 0, 2, "x"),), (needs,)))
    (result,) = as_sarif(Plan(findings=(one,)))["results"]
    assert ("fixes" in result) is offered


def test_sarif_takes_the_edits_that_complete_a_fix():
    one = finding(fix=Fix((Edit("a.py", 0, 2, "x"),), (Needs("a.py", imports=(Import("b"),)),)))
    run = as_sarif(
        Plan(findings=(one,)),
        complete=lambda finding: (*finding.fix.edits, Edit("a.py", 0, 0, "import b\n")),
    )
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert [r["insertedContent"]["text"] for r in change["replacements"]] == ["import b\n", "x"]


def test_github_commands_are_escaped():
    plan = Plan(
        findings=(
            finding(
                "a,b:c%.py", message="100%\r\n::error::x", safety=Safety.UNSAFE, span=Span(0, 2)
            ),
        )
    )
    assert render_github(plan, sources) == (
        "::warning file=a%2Cb%3Ac%25.py,line=1,endLine=1,col=1,endColumn=2,"
        "title=lever-fix a-codemod (unsafe)::100%25%0D%0A::error::x\n"
    )


@pytest.mark.parametrize(
    ("safety", "command"),
    [(Safety.SAFE, "error"), (Safety.UNSAFE, "warning"), (Safety.DISPLAY, "notice")],
)
def test_github_level_follows_safety(safety, command):
    assert render_github(Plan(findings=(finding(safety=safety),)), sources).startswith(
        f"::{command} file=a.py,line=1,endLine=3,title="
    )


def test_github_shows_errors_with_their_hint():
    plan = Plan(problems=(Problem(path="a.py", line=2, message="no", hint="mend"),))
    assert render_github(plan, sources) == "::error file=a.py,line=2,title=lever-fix::no%0Amend\n"
