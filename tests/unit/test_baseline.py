import json
import subprocess

import pytest

from lever_fix.baseline import Entry, decode_baseline, encode_baseline, since_baseline
from lever_fix.errors import PlanError
from lever_fix.model import Edit, Finding, Fix, Plan, Safety, Span


def finding(fingerprint, path="a.py", codemod="c"):
    return Finding(
        codemod=codemod,
        path=path,
        span=Span(0, 1),
        message="m",
        safety=Safety.SAFE,
        fix=Fix((Edit("other.py", 0, 0, ""),)),
        fingerprint=fingerprint,
    )


def baseline(*findings):
    return decode_baseline(encode_baseline(findings), "b.json")


def test_a_baseline_is_readable_and_sorted():
    written = encode_baseline(
        [
            finding("f3", "b.py"),
            finding("f2"),
            finding("f1"),
            finding("f2"),
            finding("f0", "a/b.py"),
        ]
    )
    assert (
        written.decode()
        == """\
{
  "f1": {"path": "a.py", "codemod": "c", "count": 1},
  "f2": {"path": "a.py", "codemod": "c", "count": 2},
  "f0": {"path": "a/b.py", "codemod": "c", "count": 1},
  "f3": {"path": "b.py", "codemod": "c", "count": 1},
  "version": 1
}
"""
    )
    json.loads(written)


def test_an_empty_baseline():
    assert baseline() == {}
    assert encode_baseline([]) == b'{\n  "version": 1\n}\n'


def test_a_path_with_odd_characters_comes_back():
    path = 'a "b"\n\x1b, {"é": 1}.py'
    assert baseline(finding("f", path)) == {"f": Entry(path, "c", 1)}
    assert encode_baseline([finding("f", path)]).count(b"\n") == 4


def test_only_what_is_new_stays():
    plan = Plan(
        findings=(finding("old"), finding("new", "n.py"), finding("old"), finding("")),
        files={"a.py": "1", "n.py": "2", "other.py": "3", "gone.py": "4"},
        checked=9,
    )
    since = since_baseline(plan, baseline(finding("old"), finding("fixed"), finding("")))
    # The second `old` is one more than was known; a finding without a fingerprint is always new.
    assert [f.fingerprint for f in since.plan.findings] == ["new", "old", ""]
    assert since.plan.files == {"a.py": "1", "n.py": "2", "other.py": "3"}
    assert since.plan.checked == 9
    assert since.known == 1
    assert since.stale == (Entry("a.py", "c", 1),)


def test_a_known_plan_is_clean():
    plan = Plan(findings=(finding("a"), finding("b", "b.py")))
    since = since_baseline(plan, baseline(*plan.findings))
    assert since.plan.findings == ()
    assert since.stale == ()


def test_only_what_was_in_reach_is_stale():
    known = baseline(finding("1"), finding("2", "b.py"), finding("3", codemod="d"), finding("1"))
    since = since_baseline(
        Plan(findings=(finding("1"),)), known, ran=("c",), checked=lambda path: path == "a.py"
    )
    assert since.stale == (Entry("a.py", "c", 1),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "b.json: not JSON", id="empty"),
        pytest.param(b"\xff", "b.json: not JSON", id="no utf-8"),
        pytest.param(b"[]", "b.json: not a baseline", id="a list"),
        pytest.param(b"{}", 'no "version"', id="no version"),
        pytest.param(b'{"version": "1"}', "b.json: not a baseline", id="version a string"),
        pytest.param(b'{"version": 2}', "version 2, and this lever-fix reads 1", id="newer"),
        pytest.param(b'{"f": 3, "version": 1}', "b.json: 'f': ", id="entry a number"),
        pytest.param(b'{"f": {"path": "a"}, "version": 1}', "'f': .*codemod", id="key missing"),
        pytest.param(
            b'{"f": {"path": "a", "codemod": "c", "cuont": 1}, "version": 1}', "cuont", id="typo"
        ),
        pytest.param(
            b'{"f": {"path": "a", "codemod": "c", "count": 0}, "version": 1}', "count 0", id="zero"
        ),
    ],
)
def test_a_malformed_baseline_is_refused(data, message):
    with pytest.raises(PlanError, match=message) as caught:
        decode_baseline(data, "b.json")
    assert "baseline" in caught.value.hint


def test_a_merge_conflict_is_named():
    data = b'{\n<<<<<<< HEAD\n  "version": 1\n=======\n>>>>>>> x\n}\n'
    with pytest.raises(PlanError) as caught:
        decode_baseline(data, "b.json")
    assert "merge conflict" in caught.value.hint


def test_branches_merge_line_by_line(tmp_path):
    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=u", "-c", "user.email=e", *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    def commit(*names):
        data = encode_baseline([finding(name, f"{name}.py") for name in names])
        (tmp_path / "b.json").write_bytes(data)
        git("add", "b.json")
        git("commit", "-m", "x")

    git("init", "-b", "main")
    commit("a", "c", "e", "g")
    git("checkout", "-b", "fixes")
    commit("c", "e")
    git("checkout", "main")
    commit("a", "c", "d", "e", "g")
    git("merge", "fixes")
    merged = decode_baseline((tmp_path / "b.json").read_bytes(), "b.json")
    assert list(merged) == ["c", "d", "e"]
