"""Where a name is called or handed on, all over a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lever_fix.index.facts import FunctionFacts, Mention, ModuleFacts
from lever_fix.index.layout import Layout
from lever_fix.index.section import Section
from lever_fix.model import Value
from lever_fix.semantics.module import Module

_SELF = frozenset({"self", "cls"})

Scopes = tuple[int, ...]
"""Places in the `scopes` of a file's names."""


class Names(Value, frozen=True, array_like=True):
    """The last names of all that a file mentions, once for each scope: a digest of its mentions.

    Attributes:
        scopes: The functions around some code, innermost first.
        named: The scopes that call an attribute of a name, or name one of `self`.
        imported: The scopes that name something with a dotted name, by the first part of that and
            by its last.
        read: The scopes that read an attribute of a name, of they do not know what.
        properties: Qualified names of the methods that run where they are read as an attribute.
        renamed: Names under which it knows something of another name, after that.
    """

    scopes: tuple[tuple[str, ...], ...]
    named: dict[str, Scopes]
    imported: dict[str, dict[str, Scopes]]
    read: dict[str, Scopes]
    properties: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]


def names_of(facts: ModuleFacts, mentions: Iterable[Mention]) -> Names:
    """The names of a file."""
    places: dict[tuple[str, ...], int] = {}
    known: dict[str, int] = {}
    named: dict[str, dict[int, None]] = {}
    imported: dict[str, dict[str, dict[int, None]]] = {}
    read: dict[str, dict[int, None]] = {}
    for one in mentions:
        at = known.get(one.scope)
        if at is None:
            around = functions_around(facts.functions, one.scope)
            at = known[one.scope] = places.setdefault(around, len(places))
        head, _, name = one.target.rpartition(".")
        if head == "?":
            found = named if one.is_call else read
        elif head in _SELF:
            found = named
        else:
            found = imported.setdefault(one.target.partition(".")[0], {})
        found.setdefault(name, {})[at] = None
    renames = (*facts.imports.items(), *facts.aliases.items())
    return Names(
        scopes=tuple(places),
        named=_packed(named),
        imported={top: _packed(one) for top, one in imported.items()},
        read=_packed(read),
        properties=tuple(one.name for one in facts.functions.values() if is_property(one)),
        renamed=tuple((last(one), bound) for bound, one in renames if bound != last(one)),
    )


def _packed(found: Mapping[str, Iterable[int]]) -> dict[str, Scopes]:
    return {name: tuple(places) for name, places in found.items()}


def functions_around(functions: Mapping[str, FunctionFacts], scope: str) -> tuple[str, ...]:
    """The functions that a scope is or stands in, innermost first."""
    found: list[str] = []
    while scope:
        if scope in functions:
            found.append(scope)
        scope = scope.rpartition(".")[0]
    return tuple(found)


def is_property(function: FunctionFacts) -> bool:
    """Whether a method runs where it is read as an attribute."""
    return bool(function.in_class) and any("property" in one for one in function.decorators)


def _names(module: Module, facts: ModuleFacts) -> Names:
    return names_of(facts, module.memo.get("mentions") or facts.mentions)


NAMES = Section("names", Names, _names)
"""The names of every file, for who needs them all: in a tenth of the time that mentions take."""


@dataclass
class Mentions:
    """Which scopes mention a name, and under which names modules hand it on.

    The mentions themselves are as many as all calls of a project, so they are looked up in the
    facts of the files that are named here.

    Attributes:
        layout: Which names may be of the project.
        scopes: The functions around each place of a file.
        named: Files, with the places in them, by the last part of what is called there, or named
            with more than that part.
        read: The same by the name of an attribute that is read, of nobody knows what.
        properties: Ids of the methods that run where they are read as an attribute.
        aliases: Other names by the last part of what they stand for.
    """

    layout: Layout
    scopes: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    named: dict[str, list[tuple[str, Scopes]]] = field(default_factory=lambda: defaultdict(list))
    read: dict[str, list[tuple[str, Scopes]]] = field(default_factory=lambda: defaultdict(list))
    properties: set[str] = field(default_factory=set)
    aliases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, path: str, names: Names) -> None:
        """Take in a file; what cannot be of the project is left out."""
        self.scopes[path] = names.scopes
        inside = (one for top, one in names.imported.items() if self.layout.may_hold(top))
        pairs: dict[Scopes, tuple[str, Scopes]] = {}  # shared: there are as many as mentions
        for found in (names.named, *inside):
            for name, places in found.items():
                self.named[name].append(pairs.setdefault(places, (path, places)))
        for name, places in names.read.items():
            self.read[name].append(pairs.setdefault(places, (path, places)))
        self.properties.update(f"{path}::{name}" for name in names.properties)
        for target, bound in names.renamed:
            self.aliases[target].add(bound)

    def paths(self, name: str) -> list[str]:
        """The files that mention a name."""
        found = (*self.named.get(name, ()), *self.read.get(name, ()))
        return sorted({path for path, _ in found})

    def closure(self, name: str) -> set[str]:
        """A name with all that it is handed on as."""
        found: set[str] = set()
        pending = [name]
        while pending:
            one = pending.pop()
            if one not in found:
                found.add(one)
                pending += self.aliases.get(one, ())
        return found


def last(target: str) -> str:
    """The last part of a dotted name."""
    return target.rpartition(".")[2]
