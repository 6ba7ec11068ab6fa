"""Bisection: which few of many items make something fail, and in how many trials."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lever_fix.verify.delta import guilty_groups


class Trials:
    """Fails with every item of any culprit; counts the trials."""

    def __init__(self, *culprits):
        self.culprits = [frozenset(one) for one in culprits]
        self.count = 0

    def __call__(self, items):
        self.count += 1
        return any(one <= set(items) for one in self.culprits)


def test_nothing_is_guilty():
    trials = Trials()
    assert guilty_groups(range(10), trials) == ([], list(range(10)))
    assert trials.count == 1
    assert guilty_groups([], trials) == ([], [])


@pytest.mark.parametrize("at", [0, 1, 499, 998, 999])
def test_one_alone_is_found_in_about_log2_trials(at):
    trials = Trials([at])
    groups, left = guilty_groups(range(1000), trials)
    assert groups == [[at]]
    assert left == [one for one in range(1000) if one != at]
    assert trials.count <= math.ceil(math.log2(1000)) + 3


def test_many_alone_cost_less_than_starting_over():
    guilty = {3, 200, 201, 640, 999}
    trials = Trials(*([one] for one in guilty))
    groups, _ = guilty_groups(range(1000), trials)
    assert sorted(groups) == [[one] for one in sorted(guilty)]
    assert trials.count <= len(guilty) * (math.log2(1000) + 3)


def test_items_that_are_trusted_are_tried_once():
    guilty = {2000, 2005, 2011}
    trials = Trials(*([one] for one in guilty))
    groups, left = guilty_groups(range(2012), trials, trusted=2000)
    assert groups == [[2000], [2005], [2011]]
    assert len(left) == 2009
    assert trials.count <= 1 + 1 + len(guilty) * (math.log2(12) + 3)


def test_trust_that_is_betrayed_costs_one_trial():
    plain, trusting = Trials([3]), Trials([3])
    assert guilty_groups(range(100), plain) == guilty_groups(range(100), trusting, trusted=90)
    assert trusting.count <= plain.count + 1


def test_a_group_that_fails_only_together():
    trials = Trials([4, 90, 77])
    groups, left = guilty_groups(range(100), trials)
    assert groups == [[4, 77, 90]]
    assert len(left) == 97
    assert trials.count <= 3 * (math.log2(100) + 2)


@given(st.data(), st.integers(1, 40))
def test_every_group_fails_with_none_to_spare_and_the_rest_passes(data, size):
    some = st.sets(st.integers(0, size - 1), min_size=1, max_size=4)
    trials = Trials(*data.draw(st.lists(some, max_size=4)))
    trusted = data.draw(st.integers(0, size))
    groups, left = guilty_groups(range(size), trials, trusted=trusted)
    assert not trials(left)
    assert sorted([*left, *(one for group in groups for one in group)]) == list(range(size))
    for group in groups:
        assert trials(group)
        assert not any(trials([other for other in group if other != one]) for one in group)


@given(st.dictionaries(st.frozensets(st.integers(0, 7)), st.booleans()), st.integers(0, 8))
def test_whatever_items_do_to_one_another_the_rest_passes_and_the_groups_fail(answers, trusted):
    def fails(items):
        return bool(items) and answers.get(frozenset(items), False)

    groups, left = guilty_groups(range(8), fails, trusted=trusted)
    assert not fails(left)
    assert all(fails(group) for group in groups)


def test_a_search_for_some_of_them_ends_with_these():
    trials = Trials(*([one] for one in range(0, 100, 2)))
    groups, left = guilty_groups(range(100), trials, most=3)
    assert len(groups) == 3
    assert sorted([*left, *(one for group in groups for one in group)]) == list(range(100))
    assert trials(left), "what is left may fail still"
