"""Narrow a failure down to the few items behind it, by bisection."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def guilty_groups(
    items: Sequence[Item],
    fails: Callable[[Sequence[Item]], bool],
    most: int = sys.maxsize,
    trusted: int = 0,
) -> tuple[list[list[Item]], list[Item]]:
    """The groups of items that fail, each with no item to spare, and the items that pass.

    An item that fails by itself is found in about log2(n) + 2 trials; a group of k that fails only
    together takes about k times as many. Each group was itself seen to fail, and the rest to pass,
    whatever the items do to one another.

    Args:
        items: In the order in which to search; nothing at all is known to pass.
        fails: Whether some of the items, in any order, fail together.
        most: How many groups to look for; where there are as many, what is left may fail still.
        trusted: How many of the first items are likely to pass: one trial tells, and saves most of
            the others where they do.
    """
    groups: list[list[Item]] = []
    left = list(items)
    passing = 0
    while left and len(groups) < most and fails(left):
        if not groups and 0 < trusted < len(left) and not fails(left[:trusted]):
            passing = trusted
        group, before = _smallest(left, passing, fails)
        groups.append([left[at] for at in sorted(group)])
        # What stood before the group has passed already; the next search starts behind it.
        passing = before - sum(at < before for at in group)
        left = [item for at, item in enumerate(left) if at not in group]
    return groups, left


def _smallest(
    items: Sequence[Item], passing: int, fails: Callable[[Sequence[Item]], bool]
) -> tuple[set[int], int]:
    """Places of items that fail together with none to spare, and how many first ones pass.

    Whatever passes with `low` and fails with `high` of the first items needs the one in between,
    so each search for that border finds one more member; together they fail in the end.
    """
    group: set[int] = set()
    border = 0
    low, high = passing, len(items)

    def tried(count: int) -> bool:
        return fails([items[at] for at in sorted({*range(count), *group})])

    while high:
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if tried(middle) else (middle, high)
        high -= 1
        if not group:
            border = high
        group.add(high)
        low = 0
        if high and tried(0):
            break
    return group, border
