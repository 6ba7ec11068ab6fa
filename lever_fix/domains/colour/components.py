"""Plans that share a function, and so are one."""

from __future__ import annotations

from collections.abc import Iterator

from lever_fix.domains.colour.plan import Turning
from lever_fix.index.index import Symbol


def components(closures: dict[Symbol, list[Turning]]) -> Iterator[list[Symbol]]:
    """Seeds whose plans share a function, together."""
    owner: dict[Symbol, Symbol] = {}

    def root(symbol: Symbol) -> Symbol:
        while owner.setdefault(symbol, symbol) != symbol:
            symbol = owner[symbol]
        return symbol

    for seed, turnings in closures.items():
        for one in turnings:
            owner[root(one.symbol)] = root(seed)
    groups: dict[Symbol, list[Symbol]] = {}
    for seed in closures:
        groups.setdefault(root(seed), []).append(seed)
    yield from groups.values()
