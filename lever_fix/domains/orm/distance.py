"""How many calls away from a query the functions of a project are.

A walk follows a few calls, so what is farther away than that from every query needs none. Whose
method `store.update(...)` calls is not known before the walk: any of that name that is defined in
reach of the file, over its imports, counts. That leaves a few of the many that a name means in a
large project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lever_fix.index.index import Index
from lever_fix.index.mentions import Mentions, last
from lever_fix.index.reach import Reach

DEEPEST = 3
"""Calls that are followed from the function that is looked at."""


def distances(index: Index, direct: Iterable[str]) -> dict[str, int]:
    """How many calls each function is away from a query, `DEEPEST` at most, by its id.

    The code of a module outside of its functions has an id without a name; it is as far away as
    the nearest function that stands in it.

    Args:
        index: The project.
        direct: Ids of the functions that run a query.
    """
    mentions, reach = index.mentions(), Reach(index)
    away: dict[str, int] = {}
    found = set(direct)
    for calls in range(DEEPEST + 1):
        found -= away.keys()
        away.update(dict.fromkeys(found, calls))
        found = set(_callers(found, mentions, reach))
    return away


def _callers(ids: Iterable[str], mentions: Mentions, reach: Reach) -> Iterator[str]:
    """Ids of what may call functions, as far as their names and the imports tell."""
    called: dict[str, set[str]] = defaultdict(set)
    read: dict[str, set[str]] = defaultdict(set)
    for one in ids:
        path, _, name = one.partition("::")
        called[last(name)].add(path)
        if one in mentions.properties:
            read[last(name)].add(path)
    for homes, known in ((called, mentions.named), (read, mentions.read)):
        for name, paths in homes.items():
            found = known.get(name)
            if not found:
                continue
            wanted = reach.bits(paths)
            for path, places in found:
                if wanted & reach.of(path):
                    yield f"{path}::"
                    for at in places:
                        yield from (f"{path}::{one}" for one in mentions.scopes[path][at])
