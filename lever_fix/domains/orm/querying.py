"""Which functions may run a query, and which are worth a walk: what the whole project tells."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from lever_fix.domains.orm.distance import DEEPEST, distances
from lever_fix.domains.orm.outline import OUTLINE, Row
from lever_fix.domains.orm.world import BACKREFS, CONFIGURES, NAMED, mapped_classes, world_of
from lever_fix.index.facts import ModuleFacts
from lever_fix.index.index import MENTIONS, Index, Symbol
from lever_fix.index.memory import Table
from lever_fix.index.mentions import last

_ALL_DISTANCES = "orm", "distances"


Distances = Mapping[str, Mapping[str, int]]
"""By path, and by the name of the function in it."""


def prepare(index: Index) -> tuple[Hashable, ...]:
    """Work out what every file asks of the whole project; the keys it is remembered under."""
    return (_ALL_DISTANCES, MENTIONS) if _distances(index) else (_ALL_DISTANCES,)


def may_query(index: Index, symbol: Symbol, depth: int) -> bool:
    """Whether a function may run a query, or one that it calls and that would be followed.

    Args:
        index: The project.
        symbol: The function.
        depth: How many calls it is away from the function that is looked at.
    """
    away = index.entry(DISTANCES, symbol.path)
    return away.get(symbol.name, DEEPEST + 1) + depth <= DEEPEST


@dataclass(frozen=True)
class Worth:
    """The parts of a file that are worth a walk.

    Attributes:
        rows: The functions that may loop over rows.
        module: Whether code outside of functions may.
    """

    rows: tuple[Row, ...] = ()
    module: bool = False


def worth_a_walk(index: Index, path: str) -> Worth:
    """What may loop over rows: it queries, or calls what does; told without the tree."""
    outline, away = index.section(OUTLINE, path), index.entry(DISTANCES, path)
    if outline is None or "" not in away:
        return Worth()
    return Worth(tuple(one for one in outline.rows if one.name in away), outline.loops)


def _distances(index: Index) -> Distances:
    """How many calls each function is away from a query; none where nothing is mapped."""

    def make() -> Distances:
        direct = set(_direct(index))
        found: dict[str, dict[str, int]] = {}
        for one, calls in distances(index, direct).items() if direct else ():
            path, _, name = one.partition("::")
            found.setdefault(path, {})[name] = calls
        return found

    found: Distances = index.remember(_ALL_DISTANCES, make)
    return found


DISTANCES = Table[Mapping[str, int]](
    "orm-distances", lambda index, path: dict(sorted(_distances(index).get(path, {}).items()))
)
TABLES = (NAMED, BACKREFS, CONFIGURES, DISTANCES)
"""What the analysis of ORM code asks of the project as a whole."""


def _direct(index: Index) -> Iterator[str]:
    """Ids of what runs a query itself, with the functions around it."""
    mapped = list(mapped_classes(world_of(index)))
    if not mapped:
        return
    homes = {one.path for one in mapped}
    classes = {last(one.name) for one in mapped}
    known = classes | {last(index.layout.name_of(path)) for path in homes}
    for path in index.facts:
        outline = index.section(OUTLINE, path)
        if outline is None:
            continue
        facts = index.facts[path] if outline.gets or not outline.has_word else None
        if facts and not outline.has_word and path not in homes:
            imported = (*facts.imports.values(), *facts.also_imported)
            if known.isdisjoint(map(last, imported)):
                continue  # whatever it executes is not of an ORM
        got = classes | (set(_renamed(facts, classes)) if facts else set())
        gets = (name for name, one in outline.gets if one in got or "*" in got)
        for name in (*outline.queries, *gets):
            yield f"{path}::{name}"


def _renamed(facts: ModuleFacts, classes: set[str]) -> Iterator[str]:
    """What a module calls the classes it imports; `*` where an import inside may name them."""
    for bound, target in facts.imports.items():
        if last(target) in classes:
            yield bound
    if not classes.isdisjoint(map(last, facts.also_imported)):
        yield "*"
