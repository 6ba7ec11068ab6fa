import json
import os

import pytest

from lever_fix.errors import PlanError
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
    Refusal,
    Safety,
    Span,
)
from lever_fix.report.plan import decode_plan, encode_plan

DIGEST = "0123456789abcdef" * 4
PLAN = Plan(
    tool="lever-fix 1.0",
    files={"b.py": DIGEST, "a.py": DIGEST},
    findings=(
        Finding(
            codemod="c",
            path="a.py",
            span=Span(1, 5),
            message="m",
            safety=Safety.UNSAFE,
            reasons=("why",),
            fix=Fix(
                (Edit("a.py", 1, 5, "é\n"), Edit("b.py", 0, 0, "x")),
                (
                    Needs(
                        "b.py",
                        imports=(Import("m", "n", "o", True),),
                        freed=("x",),
                        moved=(Move(Import("t", "C"), Import("c.abc", "C"), 3),),
                        definitions=(Definition("f", "def f(): ...", (Import("q"),)),),
                        packages=("p>=1",),
                    ),
                ),
            ),
            scope="A.b",
            reads=("r",),
            writes=("w",),
            fingerprint="f",
        ),
        Finding(codemod="d", path="b.py", span=Span(0, 0), message="", safety=Safety.DISPLAY),
    ),
    refusals=(Refusal(codemod="c", path="z.py", span=Span(0, 1), code="no", chain=("x",)),),
    problems=(Problem(path="y.py", message="no", line=3, hint="h"),),
    checked=3,
    suppressed=1,
)


def changed(**fields):
    return json.dumps(json.loads(encode_plan(PLAN)) | fields).encode()


@pytest.mark.parametrize("plan", [PLAN, Plan()], ids=["full", "empty"])
def test_a_plan_comes_back_as_it_was(plan):
    assert decode_plan(encode_plan(plan), "p.json") == plan


def test_the_version_is_always_written():
    # An omitted default would be read as the reader's own version.
    assert json.loads(encode_plan(Plan()))["version"] == 1


def test_writing_is_stable():
    turned = Plan(tool=PLAN.tool, files=dict(reversed(PLAN.files.items())))
    assert encode_plan(turned) == encode_plan(Plan(tool=PLAN.tool, files=PLAN.files))
    assert encode_plan(PLAN).endswith(b"}\n")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "p.json: not JSON", id="empty"),
        pytest.param(b"{]", "p.json: not JSON", id="no json"),
        pytest.param(b"\xff\xfe", "p.json: not JSON", id="no utf-8"),
        pytest.param(b"[]", "p.json: not a plan", id="a list"),
        pytest.param(b"{}", "p.json: not a plan", id="no version"),
        pytest.param(b'{"version": 0}', "no plan has version 0", id="version 0"),
        pytest.param(b'{"version": 2}', "version 2, and this lever-fix reads 1", id="newer"),
        pytest.param(changed(checked="many"), r"\$\.checked", id="wrong type"),
        pytest.param(
            changed(findings=[{"codemod": "c"}]), r"\$\.findings\[0\]", id="half a finding"
        ),
        pytest.param(changed(files={"a.py": DIGEST}), "b.py has no SHA-256", id="digest missing"),
        pytest.param(
            changed(files={"a.py": "x", "b.py": DIGEST}), "SHA-256 of a.py", id="digest malformed"
        ),
        pytest.param(
            encode_plan(PLAN).replace(b'"start": 1', b'"start": 9'), "no range", id="backwards"
        ),
        pytest.param(
            encode_plan(PLAN).replace(b'"start": 1', b'"start": -1'), "no range", id="negative"
        ),
    ],
)
def test_a_malformed_plan_is_refused(data, message):
    with pytest.raises(PlanError, match=message) as caught:
        decode_plan(data, "p.json")
    assert caught.value.message.startswith("p.json: ")
    assert caught.value.hint


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../a.py",
        "a/../../b.py",
        "",
        "a\0.py",
        ".git/hooks/pre-commit",
        "sub/.GIT/config",
        pytest.param("C:a.py", marks=pytest.mark.skipif(os.name != "nt", reason="a plain name")),
    ],
)
def test_a_path_out_of_the_project_is_refused(path):
    findings = json.loads(encode_plan(PLAN))["findings"]
    findings[0]["fix"]["edits"][1]["path"] = path
    files = {"a.py": DIGEST, "b.py": DIGEST, path: DIGEST}
    for data in (changed(files=files), changed(findings=findings)):
        with pytest.raises(PlanError, match="leads out of the project"):
            decode_plan(data, "p.json")
