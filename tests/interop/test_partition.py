"""Which changes belong together, found out by trying few sets of them."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lever_fix.interop.partition import joined, refined


def needing(*needs: tuple[int, int]):
    """A world in which the first of each pair needs the second."""
    tries: list[frozenset[int]] = []

    def works(chosen: frozenset[int]) -> bool:
        tries.append(chosen)
        return all(one not in chosen or other in chosen for one, other in needs)

    return works, tries


def test_what_is_independent_is_found_out_in_few_tries():
    works, tries = needing()
    assert refined([""] * 200, works) == [[one] for one in range(200)]
    assert len(tries) <= 2 * 8 + 2


def test_a_definition_and_its_hundred_uses():
    uses = range(1, 101)
    works, tries = needing(*((use, 0) for use in uses), *((0, use) for use in uses))
    scopes = ["", *(f"f{use}" for use in uses), "g"]
    assert refined(scopes, works) == [list(range(101)), [101]]
    assert len(tries) < 600


def test_scopes_keep_what_looks_alike_apart():
    works, _ = needing((0, 1), (1, 0), (2, 3), (3, 2))
    assert refined(["f", "f", "g", "g"], works) == [[0, 1], [2, 3]]
    assert refined(["A.f", "A.f", "A.g", "A.g"], works) == [[0, 1], [2, 3]]


def test_where_nothing_works_everything_is_one():
    assert refined(["", "f"], lambda chosen: not chosen) == [[0, 1]]


def test_what_never_works_stands_alone():
    harmful = {5}
    works, _ = needing((0, 1), (1, 0))
    parts = refined(
        ["", "f", *"ghijkl"], lambda chosen: chosen.isdisjoint(harmful) and works(chosen)
    )
    assert parts == [[0, 1], [2], [3], [4], [5], [6], [7]]


PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(PAIRS, st.lists(st.sampled_from(["", "f", "A.f", "A.g"]), min_size=8, max_size=8))
def test_any_parts_together_work(pairs, scopes):
    works, _ = needing(*pairs)
    parts = refined(scopes, works)
    assert sorted(one for part in parts for one in part) == list(range(8))
    for size in range(len(parts) + 1):
        for chosen in itertools.combinations(parts, size):
            assert works(frozenset(one for part in chosen for one in part))


def test_groups_named_in_any_order():
    assert joined(6, [{4, 5}, {1, 4}, {2}, set()]) == [[0], [1, 4, 5], [2], [3]]
