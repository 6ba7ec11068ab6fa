"""Which files a file may know the classes of: those it imports, and those that they import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lever_fix.index.facts import ModuleFacts
from lever_fix.index.index import Index
from lever_fix.index.layout import Layout
from lever_fix.index.section import Section
from lever_fix.model import Value
from lever_fix.semantics.module import Module

HOPS = 3
"""Imports from the code that uses an object to the class that defines what is used: a factory, what
it returns, and the base of that. Re-exports are followed and do not count."""

_DEEPEST = 24
"""Re-exports followed for one name; a cycle of imports must end."""


class Imported(Value, frozen=True, array_like=True):
    """What a file imports: a digest of its facts, which take ten times as long to unpack.

    Attributes:
        bound: The dotted names that imports and aliases at module level bind, by bound name.
        others: What else is imported.
        stars: Modules of star imports at module level.
    """

    bound: dict[str, str]
    others: tuple[str, ...]
    stars: tuple[str, ...]


def _imported(module: Module, facts: ModuleFacts) -> Imported | None:
    if not (facts.imports or facts.aliases or facts.also_imported or facts.stars):
        return None
    return Imported({**facts.imports, **facts.aliases}, facts.also_imported, facts.stars)


IMPORTED = Section("imported", Imported, _imported)
"""What every file imports, for who asks of all of them what is in their reach."""
_NOTHING = Imported({}, (), ())


@dataclass
class Reach:
    """What is in reach of each file, over as many imports as an object may come.

    Sets of files are numbers with a bit for each: a large project has one for every file.

    Attributes:
        index: The project.
    """

    index: Index
    _read: dict[str, Imported] = field(default_factory=dict)
    _imported: dict[str, frozenset[str]] = field(default_factory=dict)
    _homes: dict[tuple[str, str], str | None] = field(default_factory=dict)
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
            read, inside = self._what(path), self.layout.may_hold
            folder, homes = path.rpartition("/")[0], self._homes
            keys = [(one, folder) for one in (*read.bound.values(), *read.others) if inside(one)]
            for key in keys:
                if key not in homes:
                    homes[key] = self._home(key[0], path, _DEEPEST)
            every = {*map(homes.get, keys), *(self.layout.find(one, path) for one in read.stars)}
            found = self._imported[path] = frozenset(one for one in every if one)
        return found

    def _what(self, path: str) -> Imported:
        """What a file imports."""
        found = self._read.get(path)
        if found is None:
            found = self._read[path] = self.index.section(IMPORTED, path) or _NOTHING
        return found

    def _home(self, name: str, near: str, depth: int) -> str | None:
        """The file that defines what a dotted name means; None where it is not of the project."""
        module, rest = name, ""
        while module:
            path = self.layout.find(module, near)
            if path is not None:
                first, _, more = rest.partition(".")
                target = self._what(path).bound.get(first)
                if target is None or depth == 0 or not self.layout.may_hold(target):
                    return path
                return self._home(f"{target}.{more}" if more else target, path, depth - 1)
            module, _, last = module.rpartition(".")
            rest = f"{last}.{rest}" if rest else last
        return None
