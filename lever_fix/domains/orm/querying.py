"""Which functions may run a query, and which are worth a walk: what the whole project tells."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from lever_fix.domains.orm.outline import OUTLINE
from lever_fix.domains.orm.world import mapped_classes, world_of
from lever_fix.index.facts import ModuleFacts
from lever_fix.index.index import EVERYTHING, Index, Symbol
from lever_fix.index.mentions import last

_COMMON = frozenset({"all", "close", "commit", "execute", "first", "get", "query", "run"})
"""Names that tell nothing of who is called."""

_QUERYING, _NAMES, _MAPS = (("orm", one) for one in ("querying", "names", "maps"))


def prepare(index: Index) -> tuple[Hashable, ...]:
    """Work out what every file asks of the whole project; the keys it is remembered under."""
    _querying(index), _names(index), _maps(index)
    return _QUERYING, _NAMES, _MAPS


def may_query(index: Index, symbol: Symbol) -> bool:
    """Whether a function, or one that it calls, may run a query."""
    return symbol.id in _querying(index)


@dataclass(frozen=True)
class Worth:
    """The parts of a file that are worth a walk.

    Attributes:
        lines: Lines of the functions that may loop over rows.
        module: Whether code outside of functions may.
    """

    lines: frozenset[int] = frozenset()
    module: bool = False


def worth_a_walk(index: Index, path: str) -> Worth:
    """What may loop over rows: it queries, or calls what does; told without the tree."""
    outline, facts = index.section(OUTLINE, path), index.facts.get(path)
    if outline is None or facts is None or not _maps(index):
        return Worth()
    calling = _calling(index, facts)
    if not outline.queries and not calling:
        return Worth()
    lines = [line for line, name in outline.rows if line in outline.querying or name in calling]
    return Worth(frozenset(lines), outline.loops)


def _calling(index: Index, facts: ModuleFacts) -> set[str]:
    """The scopes of a file that name what may run a query, with the scopes around them."""
    names = _names(index)
    found: set[str] = set()
    for mention in facts.mentions:
        scope = mention.scope
        if scope not in found and last(mention.target) in names:
            found.add("")
            while scope:
                found.add(scope)
                scope = scope.rpartition(".")[0]
    return found


def _names(index: Index) -> frozenset[str]:
    def make() -> frozenset[str]:
        inside = [one.rpartition("::")[2].split(".") for one in _querying(index)]
        # Whoever names a class may call any of its methods.
        classes = {parts[-2] for parts in inside if len(parts) > 1}
        return frozenset({parts[-1] for parts in inside} - _COMMON | classes)

    found: frozenset[str] = index.remember(_NAMES, make)
    return found


def _querying(index: Index) -> frozenset[str]:
    """Ids of the functions that may run a query, themselves or through what they call."""
    found: frozenset[str] = index.remember(_QUERYING, lambda: _make(index))
    return found


def _make(index: Index) -> frozenset[str]:
    index.asked.add(EVERYTHING)
    direct: set[str] = set()
    for path in index.facts:
        outline = index.section(OUTLINE, path)
        direct.update(f"{path}::{name}" for name in (outline.direct if outline else ()))
    names = {last(one.rpartition("::")[2]) for one in direct} - _COMMON
    through = {
        f"{path}::{mention.scope}"
        for path, facts in index.facts.items()
        for mention in facts.mentions
        if mention.is_call and last(mention.target) in names
    }
    return frozenset(direct | through)


def _maps(index: Index) -> bool:
    """Whether the project has a mapped class at all: without one no walk finds anything."""

    def make() -> bool:
        return any(True for _ in mapped_classes(world_of(index)))

    found: bool = index.remember(_MAPS, make)
    return found
