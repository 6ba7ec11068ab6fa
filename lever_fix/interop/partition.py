"""Which changes can be made without which: parts whose every union works, as far as can be told.

Trying every subset is out of the question; what breaks in practice is a change that needs another
one. So each part is numbered, and for every binary digit the parts that have it set, and those
that have not, are tried: whichever two parts depend on each other, one of these tries has one
without the other. That takes twice the logarithm of the number of parts, and no more where all
are independent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

Works = Callable[[frozenset[int]], bool]

MOST_TRIES = 600
"""Tries after which what is not known to be independent is taken to belong together."""


def joined(count: int, together: Iterable[Collection[int]]) -> list[list[int]]:
    """The numbers below `count`, in groups: those named together are in one, in order."""
    leader = list(range(count))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for numbers in together:
        first, *others = sorted(numbers) or [0]
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[int, list[int]] = {}
    for one in range(count):
        groups.setdefault(find(one), []).append(one)
    return list(groups.values())


def refined(scopes: Sequence[str], works: Works) -> list[list[int]]:
    """The changes in parts such that any parts together work.

    What stands in one function or class is tried as a whole at first: what hangs together mostly
    does so there, and what is independent is found out from fewer tries.

    Args:
        scopes: For each change the dotted name of the scope it stands in; empty for the module.
        works: Whether these changes, made without the others, lead to something that works.
    """
    tries = _Tries(works)
    deepest = max((scope.count(".") + 1 for scope in scopes if scope), default=0)
    parts = [frozenset(range(len(scopes)))]
    for depth in range(1, deepest + 2):
        parts = [
            finer
            for part in parts
            for finer in _partition(_by_scope(sorted(part), scopes, depth, deepest), tries)
        ]
    return sorted(sorted(part) for part in parts)


def _by_scope(
    part: Sequence[int], scopes: Sequence[str], depth: int, deepest: int
) -> list[frozenset[int]]:
    """A part's changes by their scopes down to a depth; below the deepest each stands alone."""
    units: dict[object, set[int]] = {}
    for one in part:
        names = scopes[one].split(".") if scopes[one] else []
        is_alone = depth > deepest or len(names) < depth
        units.setdefault(one if is_alone else tuple(names[:depth]), set()).add(one)
    return [frozenset(unit) for unit in units.values()]


def _partition(units: Sequence[frozenset[int]], tries: _Tries) -> list[frozenset[int]]:
    """Units of changes, those together that only work together.

    Args:
        units: Changes that are made together whatever comes of it.
        tries: What tells whether changes work without the others.

    Returns:
        Where not even all units together work, one part of those to blame, or of everything.
    """
    parts = list(units)
    if len(parts) < 2:
        return parts
    if not tries.works(_union(parts)):
        harmful = _least_harmful(parts, tries)
        return [*_partition([one for one in parts if one not in harmful], tries), _union(harmful)]
    while len(parts) > 1:
        failing = next((part for part in _subsets(parts) if not tries.works(_union(part))), None)
        if failing is None:
            break
        culprit = _least_failing(failing, tries)
        helpers = _least_helping(culprit, [p for p in parts if p not in culprit], tries)
        merged = _union([*culprit, *helpers])
        parts = [merged, *(part for part in parts if not part <= merged)]
    return parts


class _Tries:
    """Answers that are remembered, and pessimism once too many were asked for."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._known: dict[frozenset[int], bool] = {frozenset(): True}

    def works(self, changes: frozenset[int]) -> bool:
        if changes not in self._known:
            if len(self._known) > MOST_TRIES:
                return False
            self._known[changes] = self._works(changes)
        return self._known[changes]


def _union(parts: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*parts)


def _subsets(parts: list[frozenset[int]]) -> Iterator[list[frozenset[int]]]:
    """Sets of parts of which, for any two parts, one has the first without the second."""
    for digit in range((len(parts) - 1).bit_length()):
        for bit in (0, 1):
            yield [part for at, part in enumerate(parts) if at >> digit & 1 == bit]


def _least_failing(parts: list[frozenset[int]], tries: _Tries) -> list[frozenset[int]]:
    """As few of these parts, which do not work together, as still do not."""
    while len(parts) > 1:
        half = len(parts) // 2
        halves = (parts[:half], parts[half:])
        smaller = next((one for one in halves if not tries.works(_union(one))), None)
        if smaller is None:
            break
        parts = smaller
    return parts


def _least_harmful(parts: list[frozenset[int]], tries: _Tries) -> list[frozenset[int]]:
    """As few parts as have to be left out for the others to work."""
    harmful = parts
    while len(harmful) > 1:
        half = len(harmful) // 2
        for fewer in (harmful[:half], harmful[half:]):
            if tries.works(_union(part for part in parts if part not in fewer)):
                harmful = fewer
                break
        else:
            break
    return harmful


def _least_helping(
    culprit: list[frozenset[int]], others: list[frozenset[int]], tries: _Tries
) -> list[frozenset[int]]:
    """As few of the others as make the culprit work; all of them do."""
    kept, size = list(others), len(others)
    while size:
        size = (size + 1) // 2 if size > 1 else 0
        at = 0
        while size and at < len(kept):
            fewer = kept[:at] + kept[at + size :]
            if tries.works(_union([*culprit, *fewer])):
                kept = fewer
            else:
                at += size
        if size == 1:
            break
    return kept
