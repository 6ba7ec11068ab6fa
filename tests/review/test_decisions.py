"""Decisions in a file: what they bind, how they are kept, and what becomes of them."""

from __future__ import annotations

import msgspec
import pytest

from lever_fix.decisions import (
    DecisionsFile,
    decode_decisions,
    encode_decisions,
    holds,
    match_decisions,
    read_decisions,
    replacement_digest,
)
from lever_fix.errors import PlanError
from lever_fix.model import Decision, Edit, Fix, Import, Move, Needs, Span, Verdict
from lever_fix.review.answering import accepting, refusing
from lever_fix.sources import decode
from tests.review.bench import STAMP, finding, sources

replace = msgspec.structs.replace


def stamped(file):
    return DecisionsFile(file, lambda: STAMP)


def test_a_decision_is_a_line_signed_and_dated(tmp_path):
    file = tmp_path / "deep" / "decisions.json"
    kept = stamped(file)
    kept.record({"b": refusing(finding(0, fingerprint="b"), Verdict.REJECT, "not here")})
    kept.record({"a": refusing(finding(0, fingerprint="a", path="z.py"), Verdict.REJECT)})
    assert file.read_text() == (
        "{\n"
        '  "b": {"path": "app.py", "codemod": "one-thing", "decision": "reject", '
        '"reason": "not here", "who": "Ada Lovelace <ada@example.com>", '
        '"when": "2024-02-29T12:00:00Z"},\n'
        '  "a": {"path": "z.py", "codemod": "one-thing", "decision": "reject", '
        '"who": "Ada Lovelace <ada@example.com>", "when": "2024-02-29T12:00:00Z"},\n'
        '  "version": 1\n'
        "}\n"
    )


def test_what_is_written_is_read():
    every = [
        accepting(finding(0), "edited\n", "0" * 16),
        refusing(finding(1, alike=3), Verdict.SUPPRESS, 'why "not"\n'),
        refusing(finding(2), Verdict.REJECT),
    ]
    expected = {one.fingerprint: one for one in every}
    assert decode_decisions(encode_decisions(every), "file") == expected


def test_a_file_that_is_not_there_holds_nothing(tmp_path):
    assert read_decisions(tmp_path / "none.json") == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"[]", "not a decisions file", id="list"),
        pytest.param(b"{", "not JSON", id="cut"),
        pytest.param(b"\xff", "not JSON", id="bytes"),
        pytest.param(b"{}", 'it has no "version"', id="no-version"),
        pytest.param(b'{"version": 9}', "reads 1", id="newer"),
        pytest.param(b'{"a": {}, "version": 1}', "'a'", id="entry"),
        pytest.param(
            b'{"a": {"path": "a", "codemod": "c", "decision": "maybe"}, "version": 1}',
            "maybe",
            id="verdict",
        ),
    ],
)
def test_what_is_no_decisions_file_is_refused(data, said):
    with pytest.raises(PlanError, match=r"d\.json") as caught:
        decode_decisions(data, "d.json")
    assert said in caught.value.message


def test_a_merge_conflict_is_named():
    with pytest.raises(PlanError) as caught:
        decode_decisions(b"{\n<<<<<<< HEAD\n}", "d.json")
    assert "both sides' lines may stay" in caught.value.hint


def test_answers_of_others_are_kept(tmp_path):
    file = tmp_path / "decisions.json"
    ours, theirs = stamped(file), stamped(file)
    ours.record({"a": refusing(finding(0, fingerprint="a"), Verdict.REJECT)})
    theirs.record({"b": refusing(finding(0, fingerprint="b"), Verdict.REJECT)})
    ours.record({"c": refusing(finding(0, fingerprint="c"), Verdict.REJECT)})
    ours.record({"a": None})
    assert set(read_decisions(file)) == {"b", "c"}


def test_an_old_signature_stays(tmp_path):
    file = tmp_path / "decisions.json"
    old = replace(refusing(finding(0), Verdict.REJECT), who="Bob", when="2020-01-01T00:00:00Z")
    kept = stamped(file)
    kept.record({old.fingerprint: None})
    kept.record({old.fingerprint: old})
    assert read_decisions(file)[old.fingerprint] == old


def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    kept = stamped(tmp_path / "file" / "decisions.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(PlanError, match="cannot be written"):
        kept.record({"a": refusing(finding(0), Verdict.REJECT)})


def nothing(path: str):
    raise AssertionError(path)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, True, id="the-same"),
        pytest.param({"message": "other words"}, True, id="message"),
        pytest.param({"fix": Fix((Edit("app.py", 0, 3, "newer"),))}, False, id="text"),
        pytest.param({"fix": Fix((Edit("app.py", 0, 2, "new"),))}, False, id="range"),
        pytest.param(
            {"span": Span(40, 43), "fix": Fix((Edit("app.py", 40, 43, "new"),))}, True, id="moved"
        ),
        pytest.param(
            {"fix": Fix((Edit("app.py", 0, 3, "new"),), (Needs("app.py", packages=("x",)),))},
            False,
            id="needs",
        ),
        pytest.param({"fix": None}, False, id="no-fix"),
        pytest.param({"alike": 2}, False, id="one-more-like-it"),
    ],
)
def test_an_acceptance_binds_the_fix(changed, expected):
    accepted = accepting(finding(0))
    assert holds(accepted, replace(finding(0), **changed), nothing) is expected


def test_an_acceptance_does_not_bind_the_place_of_an_import():
    def moving(offset):
        move = Move(Import("typing", "X"), Import("collections.abc", "X"), offset)
        return finding(0, fix=Fix((), (Needs("app.py", moved=(move,)),)))

    assert replacement_digest(moving(10)) == replacement_digest(moving(90))


def test_an_acceptance_with_edited_lines_binds_the_lines():
    one = finding(0)
    before = decode("app.py", b"old = 1\n")
    accepted = accepting(one, "newer = 1\n", replacement_digest(one, before))
    assert holds(accepted, one, lambda _: before)
    assert not holds(accepted, one, lambda _: decode("app.py", b"old = 2\n"))


def test_a_rejection_binds_the_code_alone():
    rejected = refusing(finding(0), Verdict.REJECT)
    other = replace(finding(0), fix=Fix((Edit("app.py", 0, 3, "newer"),)))
    assert holds(rejected, other, nothing)
    assert not holds(rejected, replace(other, alike=2), nothing)


def test_decisions_are_told_apart():
    findings = [finding(0), finding(1), finding(2)]
    outdated = replace(accepting(findings[1]), digest="other")
    gone = refusing(finding(9), Verdict.REJECT)
    every: list[Decision] = [accepting(findings[0]), outdated, gone]
    source = dict(sources(findings)).__getitem__
    matched = match_decisions(findings, {one.fingerprint: one for one in every}, source)
    assert list(matched.decided) == [findings[0].fingerprint]
    assert matched.outdated == (outdated,)
    assert matched.stale == (gone,)
