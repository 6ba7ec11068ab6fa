"""A review at work: answers saved, code edited, comments, writing, files that change."""

from __future__ import annotations

import dataclasses

import pytest

from lever_fix.decisions import read_decisions
from lever_fix.errors import ApplyError, UsageError
from lever_fix.model import Plan, Verdict
from lever_fix.review import answering
from lever_fix.review.carry import carried, sites
from lever_fix.review.changes import edited, suppressed
from lever_fix.sources import decode
from tests.review.bench import finding


def verdicts(review) -> list[str]:
    session = review.session
    found = [session.verdict(at) for at in range(len(session.catalogue.findings))]
    return [one.value if one else "-" for one in found]


def kept(bench) -> dict[str, str]:
    decisions = read_decisions(bench.folder / "decisions.json")
    return {name: one.verdict.value for name, one in decisions.items()}


def test_every_answer_is_saved_as_it_is_given(make_bench):
    bench = make_bench([finding(0), finding(1)])
    review = bench.review()
    review.do(answering.accept)
    assert kept(bench) == {"one-thing-app.py-0": "accept"}
    review.do(answering.reject)
    assert list(kept(bench).values()) == ["accept", "reject"]
    review.do(answering.undo)
    review.do(answering.undo)
    assert kept(bench) == {}


def test_a_rejection_is_not_asked_about_again(make_bench):
    bench = make_bench([finding(0), finding(1)])
    bench.review().do(answering.reject)
    assert bench.review().session.view.order == (1,)
    assert bench.review(everything=True).session.view.order == (0, 1)


def test_an_acceptance_waits_for_the_next_review(make_bench):
    bench = make_bench([finding(0), finding(1)])
    bench.review().do(answering.accept)
    again = bench.review()
    assert verdicts(again) == ["accept", "-"]
    assert again.session.at == 1
    again.write()
    assert len(bench.written) == 1


def test_what_was_written_leaves_the_file(make_bench):
    bench = make_bench([finding(0), finding(1)])
    review = bench.review()
    review.do(answering.accept)
    review.do(answering.reject)
    review.write()
    assert kept(bench) == {"one-thing-app.py-1": "reject"}
    assert verdicts(review) == ["reject"]


def test_a_write_that_is_refused_loses_nothing(make_bench):
    bench = make_bench([finding(0)])
    review = bench.review()
    review.do(answering.accept)

    def refuse(plan, watch):
        raise ApplyError("app.py is dirty", "commit it")

    review.desk = dataclasses.replace(review.desk, write=refuse)
    review.write()
    assert verdicts(review) == ["accept"]
    assert review.session.note == "Nothing was written: app.py is dirty. commit it"


def test_an_editor_that_fails_decides_nothing(make_bench):
    def fail(name, text):
        raise UsageError("the editor failed", "set EDITOR")

    bench = make_bench([finding(0)], editor=fail)
    review = bench.review()
    review.edit()
    assert verdicts(review) == ["-"]
    assert review.session.note == "the editor failed. set EDITOR."


def test_edited_code_is_what_is_written(make_bench):
    bench = make_bench([finding(0), finding(1)], editor=lambda name, text: "newest  # why\n")
    review = bench.review()
    review.edit()
    assert verdicts(review) == ["-", "-"]  # `newest` is nowhere defined
    assert "`newest` would be undefined" in review.session.note
    bench.editor = lambda name, text: "old  # why\n"
    review.edit()
    assert verdicts(review) == ["accept", "-"]
    review.write()
    (edit,) = bench.written[0].findings[0].fix.edits
    assert (edit.start, edit.end, edit.text) == (0, 4, "old  # why\n")


def test_editing_again_starts_from_what_was_edited(make_bench):
    seen = []

    def editor(name, text):
        seen.append(text)
        return "old  # once\n"

    bench = make_bench([finding(0)], editor=editor)
    review = bench.review()
    review.edit()
    review.edit()
    assert seen == ["new\n", "old  # once\n"]


def test_what_a_person_writes_needs_no_leave():
    source = decode("app.py", b"old  # gone\nold\n")
    one = edited(finding(0), source, "import os  # added")
    (edit,), (needs,) = one.fix.edits, one.fix.needs
    assert edit.text == "import os  # added\n"
    assert needs.comments_added == ("# added",)
    assert needs.comments_dropped == ("# gone",)
    assert set(needs.names_bound) == {"import", "old", "os"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = old\n", "# lever: ignore[one-thing] why\nx = old\n", id="module"),
        pytest.param(
            "def f():\n    x = (\n        old\n    )\n",
            "def f():\n    # lever: ignore[one-thing] why\n    x = (\n        old\n    )\n",
            id="in-a-statement",
        ),
        pytest.param(
            "def f():\r\n\tx = old\r\n",
            "def f():\r\n\t# lever: ignore[one-thing] why\r\n\tx = old\r\n",
            id="line-ends-and-tabs",
        ),
    ],
)
def test_comments_stand_above_the_statement(text, expected):
    source = decode("app.py", text.encode())
    one = suppressed(finding(0, start=text.index("old")), source, " why\n")
    (edit,) = one.fix.edits
    assert text[: edit.start] + edit.text + text[edit.end :] == expected


def test_a_reason_stays_one_line_of_visible_text():
    one = suppressed(finding(0), decode("app.py", b"old\n"), "a\nb\x1b[31m")
    assert one.fix.edits[0].text == "# lever: ignore[one-thing] a b␛[31m\n"


def test_a_file_that_changes_is_analysed_again(make_bench):
    bench = make_bench([finding(0), finding(1), finding(2)])
    review = bench.review()
    review.do(answering.accept)
    review.do(answering.accept)
    gone = Plan(findings=tuple(bench.findings[1:]))
    bench.fresh = (["app.py"], gone)
    assert review.refresh()
    assert verdicts(review) == ["accept", "-"]
    assert not review.refresh()
    review.do(answering.undo)
    assert verdicts(review) == ["-", "-"]
    review.do(answering.undo)
    assert review.session.note == "There is nothing to undo."


def test_nothing_is_written_over_a_change(make_bench):
    bench = make_bench([finding(0)])
    review = bench.review()
    review.do(answering.accept)
    bench.fresh = (["app.py"], bench.plan)
    review.write()
    assert bench.written == []
    review.write()
    assert len(bench.written) == 1


def test_decisions_follow_sites_that_read_the_same():
    text = decode("app.py", b"old\nold\nold\n")
    before = [finding(at, alike=3) for at in range(3)]
    now = [finding(at, alike=2) for at in range(2)]
    decisions = {
        one.fingerprint: answering.refusing(one, Verdict.REJECT) for one in (before[1], before[2])
    }
    decisions |= {before[0].fingerprint: answering.accepting(before[0])}
    made = {before[0].fingerprint}
    changes = carried(decisions, made, sites(before, lambda _: text), now, lambda _: text)
    assert {name: one and one.alike for name, one in changes.items()} == {
        now[0].fingerprint: 2,
        now[1].fingerprint: 2,
        before[2].fingerprint: None,
    }


def test_decisions_about_sites_that_cannot_be_told_are_dropped():
    text = decode("app.py", b"old\nold\nold\n")
    before = [finding(at, alike=3) for at in range(3)]
    decisions = {before[2].fingerprint: answering.refusing(before[2], Verdict.REJECT)}
    before_sites = sites(before, lambda _: text)
    changes = carried(decisions, {before[0].fingerprint}, before_sites, [], lambda _: text)
    assert changes == {before[2].fingerprint: None}
