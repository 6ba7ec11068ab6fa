"""Every mapped class of a project, merged from what its files say one by one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lever_fix.domains.orm.facts import (
    ClassFact,
    ColumnFact,
    ModelFacts,
    ProxyFact,
    RelationshipFact,
)

EAGER = frozenset({"selectin", "joined", "subquery", "immediate"})
"""Values of `lazy=` under which no access runs a query."""


class Place(Protocol):
    """Where a name is defined: what `Index.resolve` returns."""

    @property
    def path(self) -> str:
        """The file."""

    @property
    def name(self) -> str:
        """The qualified name inside the file."""


Remember = Callable[[Hashable, Callable[[], Any]], Any]
Resolve = Callable[[str, str], Place | str | None]
"""Of a dotted name and the file it is used in: where it is defined; text for another library's."""


@dataclass(frozen=True)
class Relationship:
    """A relationship of a mapped class, with what its two ends say.

    Attributes:
        owner: Key of the class that has it.
        name: Its attribute.
        target: Key of the class it leads to; empty where that is not known.
        many: Whether it holds a collection.
        direction: `many-to-one`, `one-to-many`, `many-to-many`, or `?` where keys do not tell.
        keys: Attributes of the foreign key's columns: the owner's for many-to-one, else the
            target's; empty where they are not told plainly.
        inverse: The attribute of the target that leads back.
        from_backref: Whether only a `backref` on the target makes it.
        fact: As written.
    """

    owner: str
    name: str
    target: str
    many: bool
    direction: str
    keys: tuple[str, ...]
    inverse: str
    from_backref: bool
    fact: RelationshipFact

    @property
    def is_lazy(self) -> bool:
        """Whether an access runs a query unless an option loaded it."""
        return self.fact.lazy == "select"


@dataclass(frozen=True)
class MappedClass:
    """A mapped class with all it inherits.

    Attributes:
        key: `path::name`.
        fact: What its own body says.
        table: Name of its table; empty where that is worked out at run time.
        columns: By attribute.
        proxies: Association proxies by attribute.
        ancestors: Keys of the mapped classes it inherits from, nearest first.
    """

    key: str
    fact: ClassFact
    table: str
    columns: Mapping[str, ColumnFact]
    proxies: Mapping[str, ProxyFact]
    ancestors: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file that defines it."""
        return self.key.partition("::")[0]

    @property
    def name(self) -> str:
        """Its name in that file."""
        return self.key.partition("::")[2]

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Attributes of the primary key."""
        return tuple(name for name, column in self.columns.items() if column.primary_key)


@dataclass
class Registry:
    """Mapped classes by key, worked out when they are first asked for.

    Attributes:
        facts: What each file says, by path.
        resolve: Where a dotted name is defined.
        remember: Works an answer out once.
        named: Keys of what may be mapped under the name of a class alone, anywhere.
        backrefs: The attributes that a `backref` anywhere makes on a class.
    """

    facts: Mapping[str, ModelFacts]
    resolve: Resolve
    remember: Remember
    named: Callable[[str], Sequence[str]] = field(init=False)
    backrefs: Callable[[str], Sequence[Relationship]] = field(init=False)
    _open: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.named, self.backrefs = self.all_named, self.all_backrefs

    def mapped(self, key: str) -> MappedClass | None:
        """The mapped class with a key; None where it is no mapped class."""
        if key in self._open:
            return None  # ends a circle of bases
        self._open.add(key)
        try:
            found: MappedClass | None = self.remember(("class", key), lambda: self._build(key))
        finally:
            self._open.discard(key)
        return found

    def find(self, qualified: str, near: str = "") -> MappedClass | None:
        """The mapped class that a dotted name stands for."""
        place = self.resolve(qualified, near)
        if place is None or isinstance(place, str):
            return None
        return self.mapped(f"{place.path}::{place.name}")

    def relationships(self, key: str) -> Mapping[str, Relationship]:
        """Every relationship of a mapped class by attribute: inherited and by `backref` too."""
        found: dict[str, Relationship] = self.remember(
            ("relationships", key), lambda: self._all_relationships(key)
        )
        return found

    def _all_relationships(self, key: str) -> dict[str, Relationship]:
        own = self.mapped(key)
        found: dict[str, Relationship] = {}
        for holder, held in self._lineage(key) if own else ():
            for fact in held.relationships:
                if fact.name not in found:
                    found[fact.name] = self._relationship(key, holder, fact)
        for parent in (key, *(own.ancestors if own else ())):
            for backref in self.backrefs(parent):
                found.setdefault(backref.name, backref)
        return found

    def is_a(self, key: str, other: str) -> bool:
        """Whether one mapped class is another or inherits from it."""
        one = self.mapped(key)
        return one is not None and (key == other or other in one.ancestors)

    def _fact(self, key: str) -> ClassFact | None:
        path, _, name = key.partition("::")
        facts = self.facts.get(path) if name else None
        if facts is None:
            return None
        return next((one for one in facts.classes if one.name == name), None)

    def _lineage(self, key: str) -> Iterator[tuple[str, ClassFact]]:
        """A class and all it inherits from in this project, nearest first."""
        pending, seen = [key], set[str]()
        while pending:
            one = pending.pop(0)
            fact = self._fact(one) if one not in seen else None
            seen.add(one)
            if fact is not None:
                yield one, fact
                pending += [base for base in self._bases(one, fact) if base]

    def _bases(self, key: str, fact: ClassFact) -> Iterator[str]:
        for base in fact.bases:
            place = self.resolve(base, key.partition("::")[0]) if base else None
            if place is not None and not isinstance(place, str):
                yield f"{place.path}::{place.name}"

    def _build(self, key: str) -> MappedClass | None:
        own = self._fact(key)
        if own is None or own.abstract:
            return None
        lineage = list(self._lineage(key))
        columns: dict[str, ColumnFact] = {}
        proxies: dict[str, ProxyFact] = {}
        for _, fact in lineage:
            for column in fact.columns:
                columns.setdefault(column.name, column)
            for proxy in fact.proxies:
                proxies.setdefault(proxy.name, proxy)
        has_table = any(fact.has_table for _, fact in lineage)
        by_name = any(base.endswith("Model") for _, fact in lineage for base in fact.bases)
        if not has_table and not (by_name and any(one.primary_key for one in columns.values())):
            return None
        ancestors = tuple(one for one, _ in lineage[1:] if self.mapped(one))
        table = next((fact.table for _, fact in lineage if fact.table), "")
        return MappedClass(key, own, table, columns, proxies, ancestors)

    def _relationship(self, owner: str, holder: str, fact: RelationshipFact) -> Relationship:
        target = self._target(holder, fact.target)
        many, direction, keys = self._ends(owner, target, fact)
        inverse = fact.back_populates or fact.backref
        return Relationship(owner, fact.name, target, many, direction, keys, inverse, False, fact)

    def _target(self, holder: str, name: str) -> str:
        found = self.find(name, holder.partition("::")[0]) if "." in name else None
        if found is not None:
            return found.key
        simple = name.rpartition(".")[2]
        keys = self.named(simple)
        return keys[0] if len(keys) == 1 else ""

    def _ends(
        self, owner: str, target: str, fact: RelationshipFact
    ) -> tuple[bool, str, tuple[str, ...]]:
        """Whether it holds many, its direction, and the foreign key's attributes."""
        if fact.secondary:
            return fact.collection is not False, "many-to-many", ()
        here = self.keys_to(owner, target)
        there = self.keys_to(target, owner)
        if fact.foreign_keys:
            named = fact.foreign_keys.rpartition(".")[2]
            here = tuple(one for one in here if one == named)
            there = tuple(one for one in there if one == named)
        if owner == target:
            outward = fact.remote_side if fact.collection is None else not fact.collection
        elif here and there:
            outward = fact.collection is False
            if fact.collection is None and not fact.foreign_keys:
                return True, "?", ()
        else:
            outward = bool(here)
            if not here and not there:
                return fact.collection is not False, "?", ()
        many = fact.collection if fact.collection is not None else not outward
        return many, "many-to-one" if outward else "one-to-many", here if outward else there

    def keys_to(self, owner: str, target: str) -> tuple[str, ...]:
        """Attributes of a class whose foreign keys lead to another class's table."""
        one, other = self.mapped(owner), self.mapped(target)
        if one is None or other is None:
            return ()
        tables = {other.table} if other.table else set()
        tables |= {each.table for key in other.ancestors if (each := self.mapped(key))}
        return tuple(
            name
            for name, column in one.columns.items()
            if column.foreign_key and self._leads_to(one, column.foreign_key, tables, other)
        )

    def _leads_to(
        self, owner: MappedClass, foreign: str, tables: set[str], other: MappedClass
    ) -> bool:
        table = foreign.rpartition(".")[0]
        if table in tables or table.rpartition(".")[2] in tables:
            return True
        found = self.find(table, owner.path) if "." in table else None
        return found is not None and (found.key == other.key or found.key in other.ancestors)

    def all_named(self, name: str) -> Sequence[str]:
        """Keys of what may be mapped under the name of a class alone, from all files."""

        def make() -> dict[str, list[str]]:
            found: dict[str, list[str]] = {}
            for path in self.facts:
                for fact in self.facts[path].classes:
                    if fact.has_table or fact.columns or fact.relationships:
                        found.setdefault(fact.name, []).append(f"{path}::{fact.name}")
            return found

        named: dict[str, list[str]] = self.remember(("names",), make)
        return named.get(name, ())

    def all_backrefs(self, key: str) -> Sequence[Relationship]:
        """The attributes that a `backref` makes on a class, from all files."""

        def make() -> dict[str, list[Relationship]]:
            found: dict[str, list[Relationship]] = {}
            for path in self.facts:
                for fact in self.facts[path].classes:
                    for one in fact.relationships:
                        turned = self._turned(f"{path}::{fact.name}", one) if one.backref else None
                        if turned is not None:
                            found.setdefault(turned.owner, []).append(turned)
            return found

        made: dict[str, list[Relationship]] = self.remember(("backrefs",), make)
        return made.get(key, ())

    def _turned(self, holder: str, fact: RelationshipFact) -> Relationship | None:
        """The attribute that a `backref` makes on the target."""
        forward = self._relationship(holder, holder, fact) if self.mapped(holder) else None
        if forward is None or not forward.target:
            return None
        turned = {"many-to-one": "one-to-many", "one-to-many": "many-to-one"}
        direction = turned.get(forward.direction, forward.direction)
        many = not fact.backref_scalar and direction != "many-to-one"
        own = RelationshipFact(
            fact.backref,
            target=holder,
            collection=many,
            lazy=fact.backref_lazy,
            secondary=fact.secondary,
            custom_join=fact.custom_join,
            back_populates=fact.name,
        )
        return Relationship(
            forward.target,
            fact.backref,
            holder,
            many,
            direction,
            forward.keys,
            fact.name,
            True,
            own,
        )


def registry(
    facts: Mapping[str, ModelFacts], resolve: Resolve, remember: Remember | None = None
) -> Registry:
    """The registry over what every file says.

    Args:
        facts: What each file says, by path.
        resolve: Where a dotted name is defined.
        remember: Works an answer out once; for an index, which also notes what was asked for it.
    """
    known: dict[Hashable, Any] = {}

    def plain(key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in known:
            known[key] = make()
        return known[key]

    return Registry(facts, resolve, remember or plain)
