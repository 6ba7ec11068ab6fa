"""Which files a file may know the classes of: those it imports, and those that they import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lever_fix.index.index import Index
from lever_fix.index.layout import Layout

HOPS = 3
"""Imports from the code that uses an object to the class that defines what is used: a factory, what
it returns, and the base of that. Re-exports are followed and do not count."""

_DEEPEST = 24
"""Re-exports followed for one name; a cycle of imports must end."""


@dataclass
class Reach:
    """What is in reach of each file, over as many imports as an object may come.

    It keeps what it needs of the facts, which are too many to be held unpacked. Sets of files are
    numbers with a bit for each: a large project has one for every file.

    Attributes:
        index: The project.
    """

    index: Index
    _bound: dict[str, dict[str, str]] = field(default_factory=dict)
    _imported: dict[str, frozenset[str]] = field(default_factory=dict)
    _known: dict[tuple[str, int], int] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        """Which file a module name means."""
        return self.index.layout

    def bits(self, paths: Iterable[str]) -> int:
        """Files as a set."""
        places = self._places
        found = 0
        for path in paths:
            found |= 1 << places.setdefault(path, len(places))
        return found

    def of(self, path: str, hops: int = HOPS) -> int:
        """The set of the files in reach of a file, itself included."""
        found = self._known.get((path, hops))
        if found is None:
            found = self.bits([path])
            if hops:
                for one in self.imported(path):
                    found |= self.of(one, hops - 1)
            self._known[path, hops] = found
        return found

    def imported(self, path: str) -> frozenset[str]:
        """The files that define what a file imports, wherever in the file that is."""
        found = self._imported.get(path)
        if found is None:
            facts = self.index.facts.get(path)
            others = filter(self.layout.may_hold, facts.also_imported if facts else ())
            names = (*self._names(path).values(), *others)
            homes = {self._home(name, path, _DEEPEST) for name in names}
            homes.update(self.layout.find(one, path) for one in (facts.stars if facts else ()))
            found = self._imported[path] = frozenset(one for one in homes if one)
        return found

    def _names(self, path: str) -> dict[str, str]:
        """What a module binds to something that may be of the project."""
        found = self._bound.get(path)
        if found is None:
            facts = self.index.facts.get(path)
            bound = (*facts.imports.items(), *facts.aliases.items()) if facts else ()
            inside = self.layout.may_hold
            found = self._bound[path] = {name: one for name, one in bound if inside(one)}
        return found

    def _home(self, name: str, near: str, depth: int) -> str | None:
        """The file that defines what a dotted name means; None where it is not of the project."""
        module, rest = name, ""
        while module:
            path = self.layout.find(module, near)
            if path is not None:
                first, _, more = rest.partition(".")
                target = self._names(path).get(first)
                if target is None or depth == 0:
                    return path
                return self._home(f"{target}.{more}" if more else target, path, depth - 1)
            module, _, last = module.rpartition(".")
            rest = f"{last}.{rest}" if rest else last
        return None
