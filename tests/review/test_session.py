"""The session of a review: operations, their conflicts and needs, and the way back."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lever_fix.decisions import encode_decisions
from lever_fix.model import Plan, Safety, Verdict
from lever_fix.review import answering, session
from lever_fix.review.catalogue import Catalogue, parse_filter
from lever_fix.review.changes import decided
from lever_fix.review.keys import KEYS
from lever_fix.review.session import Session, start
from tests.review.bench import finding, sources

RANK = {"one-thing": 0, "other-thing": 1}


def begun(*findings) -> Session:
    return start(Catalogue(findings, RANK))


def pressed(one: Session, letters: str) -> Session:
    for letter in letters:
        one = KEYS[letter].operation(one)
    return one


def words(one: Session) -> list[str]:
    """What was decided, in the order of the findings."""
    verdicts = [one.verdict(at) for at in range(len(one.catalogue.findings))]
    return [verdict.value if verdict else "-" for verdict in verdicts]


def test_answers_go_on_to_the_next_undecided():
    one = pressed(begun(*map(finding, range(4))), "yjn")
    assert words(one) == ["accept", "-", "reject", "-"]
    assert one.at == 3
    assert pressed(one, "y").at == 1  # from the start again


def test_the_last_answer_stays_where_it_is():
    one = pressed(begun(finding(0), finding(1)), "yn")
    assert one.at == 1
    assert one.note == "Everything here is decided."


def test_moving_stops_at_the_ends():
    one = begun(*map(finding, range(3)))
    assert pressed(one, "k").note == "This is the first one."
    assert pressed(one, "G").at == 2
    assert pressed(one, "Gj").note == "This is the last one."
    assert pressed(one, "Gg").at == 0


def test_undecided_ones_are_looked_for_both_ways():
    one = pressed(begun(*map(finding, range(5))), "gjyjy")
    assert words(one) == ["-", "accept", "-", "accept", "-"]
    assert pressed(one, "gJ").at == 2
    assert pressed(one, "gJJ").at == 4
    assert pressed(one, "gK").at == 4


def test_undo_and_redo_stand_where_the_answer_was_given():
    one = pressed(begun(*map(finding, range(3))), "yn")
    back = pressed(one, "u")
    assert words(back) == ["accept", "-", "-"]
    assert back.at == 1
    assert words(pressed(back, "U")) == words(one)
    assert pressed(back, "uu").note == "There is nothing to undo."
    assert words(pressed(back, "y")) == ["accept", "accept", "-"]
    assert pressed(back, "yU").note == "There is nothing to redo."


def test_a_place_to_look_at_cannot_be_accepted():
    one = begun(finding(0, safety=Safety.DISPLAY, fix=None), finding(1))
    assert words(pressed(one, "y")) == ["-", "-"]
    assert "Nothing to accept" in pressed(one, "y").note
    assert words(pressed(one, "n")) == ["reject", "-"]


def test_all_of_a_file_are_one_step():
    one = begun(finding(0), finding(1), finding(0, path="b.py"))
    done = pressed(one, "a")
    assert words(done) == ["accept", "accept", "-"]
    assert done.note == "Accepted 2."
    assert words(pressed(done, "u")) == ["-", "-", "-"]
    assert words(pressed(one, "d")) == ["reject", "reject", "-"]


def test_all_of_a_codemod_and_of_a_level():
    one = begun(
        finding(0),
        finding(1, codemod="other-thing"),
        finding(2, safety=Safety.UNSAFE),
    )
    assert words(pressed(one, "A")) == ["accept", "-", "-"]
    assert pressed(one, "A").note == "Accepted 1. 1 less safe: left."
    assert words(pressed(one, "D")) == ["reject", "-", "reject"]
    assert words(pressed(one, "s")) == ["accept", "accept", "-"]
    assert words(pressed(one, "S")) == ["reject", "reject", "-"]


def test_from_an_unsafe_one_all_are_accepted():
    one = begun(finding(0, safety=Safety.UNSAFE), finding(1))
    assert words(pressed(one, "A")) == ["accept", "accept"]


def test_explicit_answers_outlive_those_about_many():
    one = begun(*map(finding, range(3)))
    assert words(pressed(one, "nA")) == ["reject", "accept", "accept"]


def test_of_two_that_overlap_the_later_answer_holds():
    one = begun(finding(0), finding(1, start=1))
    first = pressed(one, "y")
    assert first.blockers(1) == [0]
    both = pressed(first, "y")
    assert words(both) == ["-", "accept"]
    assert "Undecided again, as it conflicts: 1." in both.note
    assert words(pressed(both, "u")) == ["accept", "-"]


def test_many_are_accepted_without_conflicts():
    one = begun(finding(0), finding(1, start=1), finding(2))
    done = pressed(one, "A")
    assert words(done) == ["accept", "-", "accept"]
    assert done.note == "Accepted 2. 1 in conflict with other answers: left."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"writes": ("f",)}, {"writes": ("f",)}, id="write-write"),
        pytest.param({"writes": ("f",)}, {"reads": ("f",)}, id="write-read"),
        pytest.param({"reads": ("f",)}, {"writes": ("f",)}, id="read-write"),
    ],
)
def test_symbols_conflict(one, other):
    assert begun(finding(0, **one), finding(1, **other)).catalogue.relations.conflicts(0) == {1}


def test_readers_of_a_symbol_do_not_conflict():
    one = begun(finding(0, reads=("f",)), finding(1, reads=("f",)))
    assert one.catalogue.relations.conflicts(0) == set()


def test_insertions_at_the_ends_of_an_edit_do_not_conflict():
    one = begun(finding(0), finding(1, start=3))
    assert one.catalogue.relations.conflicts(0) == set()


def test_what_is_needed_comes_along():
    one = begun(finding(0, depends_on=("f",)), finding(1, writes=("f",), depends_on=("g",)),
                finding(2, writes=("g",)))  # fmt: skip
    done = pressed(one, "y")
    assert words(done) == ["accept", "accept", "accept"]
    assert done.note == "Took along 2 that it needs."
    assert words(pressed(done, "u")) == ["-", "-", "-"]


def test_without_what_it_needs_a_finding_is_undecided_again():
    one = begun(finding(0, depends_on=("f",)), finding(1, writes=("f",)))
    done = pressed(one, "yjn")
    assert words(done) == ["-", "reject"]
    assert done.note == "Undecided again, as it needs this one: 1."


def test_many_are_not_accepted_with_what_is_less_safe():
    one = begun(finding(0), finding(1, depends_on=("f",)),
                finding(2, writes=("f",), safety=Safety.UNSAFE))  # fmt: skip
    assert words(pressed(one, "a")) == ["accept", "-", "-"]


def test_clearing_makes_undecided():
    one = pressed(begun(finding(0), finding(1)), "ykc")
    assert words(one) == ["-", "-"]
    assert words(pressed(one, "u")) == ["accept", "-"]
    assert pressed(one, "c").note == "It is undecided already."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("", [0, 1, 2, 3], id="all"),
        pytest.param("unsafe", [1], id="level"),
        pytest.param("codemod:other-*", [3], id="codemod"),
        pytest.param("path:pkg", [2], id="folder"),
        pytest.param("path:*/b.py", [2], id="glob"),
        pytest.param("(3)", [3], id="text"),
        pytest.param("NEW (0)", [0], id="words-in-any-case"),
        pytest.param("is:accepted", [0], id="state"),
        pytest.param("undecided safe", [2, 3], id="two-things"),
    ],
)
def test_filters(text, shown):
    one = begun(
        finding(0),
        finding(1, safety=Safety.UNSAFE),
        finding(2, path="pkg/b.py"),
        finding(3, codemod="other-thing"),
    )
    one = session.narrowed(pressed(one, "y"), parse_filter(text))
    assert sorted(one.view.order) == shown
    assert one.at in shown


def test_a_filter_that_lets_nothing_through_can_be_left():
    one = session.narrowed(begun(finding(0)), parse_filter("nowhere"))
    assert one.current is None
    assert words(pressed(one, "ynadADsScjkJKgGu")) == ["-"]
    assert session.narrowed(one, parse_filter("")).at == 0


def test_grouping_keeps_the_finding_in_sight():
    one = begun(finding(0, codemod="other-thing"), finding(1), finding(0, path="b.py"))
    assert one.view.order == (1, 2, 0)
    by_file = pressed(pressed(one, "j"), "t")
    assert by_file.view.order == (0, 1, 2)
    assert by_file.at == 2


FINDINGS = (
    finding(0),
    finding(1, start=1),  # overlaps the first
    finding(2, safety=Safety.UNSAFE),
    finding(3, codemod="other-thing", writes=("f",)),
    finding(4, codemod="other-thing", depends_on=("f",)),
    finding(5, codemod="other-thing", reads=("h",)),
    finding(6, writes=("h",)),
    finding(0, path="b.py", fix=None, safety=Safety.DISPLAY),
    finding(1, path="b.py", depends_on=("g",)),
    finding(2, path="b.py", writes=("g",), safety=Safety.UNSAFE),
)
LETTERS = st.text("".join(letter for letter, key in KEYS.items() if key.operation), max_size=40)


@given(LETTERS)
@settings(max_examples=300, deadline=None)
def test_undoing_everything_gives_the_start(letters):
    one = begun(*FINDINGS)
    done = pressed(one, letters)
    back = done
    while back.past:
        back = answering.undo(back)
    assert back.answers == one.answers
    while back.future:
        back = answering.redo(back)
    assert done.future or back.answers == done.answers


@given(LETTERS)
@settings(max_examples=300, deadline=None)
def test_what_is_accepted_can_be_made_together(letters):
    one = pressed(begun(*FINDINGS), letters)
    accepted = {at for at in range(len(FINDINGS)) if one.verdict(at) is Verdict.ACCEPT}
    for at in accepted:
        assert one.catalogue.relations.conflicts(at).isdisjoint(accepted)
        assert one.catalogue.relations.needs(at) <= accepted
        assert FINDINGS[at].fix is not None


@given(LETTERS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_decisions_lead_to_the_same_in_any_order(letters, shuffle: random.Random):
    answers = pressed(begun(*FINDINGS), letters).answers
    names = list(answers)
    shuffle.shuffle(names)
    shuffled = {name: answers[name] for name in names}
    plan, source = Plan(findings=FINDINGS), dict(sources(FINDINGS)).__getitem__
    assert decided(plan, shuffled, source) == decided(plan, answers, source)
    assert encode_decisions(shuffled.values()) == encode_decisions(answers.values())
