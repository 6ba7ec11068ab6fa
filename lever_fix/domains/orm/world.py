"""What the analysis of ORM code asks about the project around it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lever_fix.domains.orm.facts import ModelFacts
from lever_fix.domains.orm.outline import MODELS
from lever_fix.domains.orm.registry import MappedClass, Registry, Relationship, registry
from lever_fix.domains.orm.values import FunctionNode
from lever_fix.index.index import Index, Symbol
from lever_fix.index.memory import Table
from lever_fix.index.top_level import known_as
from lever_fix.semantics.excerpt import function_at
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name


class Definition(NamedTuple):
    """A function of the project."""

    module: Module
    node: FunctionNode
    symbol: Symbol


class ModelsOfIndex(Mapping[str, ModelFacts]):
    """The model facts of each file of an index, read when asked for."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._known: dict[str, ModelFacts] = {}

    def __getitem__(self, path: str) -> ModelFacts:
        self.index.asked.add(path)
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self.index.section(MODELS, path) or ModelFacts()
        return found

    def __iter__(self) -> Iterator[str]:
        """The files that map classes, or may."""
        return (path for path in self.index.facts if self[path] != ModelFacts())

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class World:
    """The project: its index, its mapped classes, and what is worked out about them."""

    index: Index
    registry: Registry

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returns, worked out once; no nodes, for those are good for one analysis."""
        return self.index.remember(("orm", key), make)

    def qualified(self, module: Module, expr: ast.expr) -> str | None:
        """The dotted name of an expression, where it is one known thing."""
        return qualified_name(module, expr)

    def symbol(self, qualified: str, near: str) -> Symbol | None:
        """The symbol of the project that a dotted name means, if it is one."""
        found = self.index.resolve(qualified, near)
        return found if isinstance(found, Symbol) else None

    def mapped(self, qualified: str, near: str) -> MappedClass | None:
        """The mapped class that a dotted name means."""
        symbol = self.symbol(qualified, near)
        return self.registry.mapped(symbol.id) if symbol else None

    def function(self, symbol: Symbol) -> Definition | None:
        """A function of the project with its tree; good for one analysis, not to be kept."""
        node, module = self.index.node(symbol), self.index.module(symbol.path)
        if not isinstance(node, FunctionNode) or module is None:
            return None
        return Definition(module, node, symbol)

    def excerpt(self, symbol: Symbol) -> Definition | None:
        """The same parsed alone, where that can be done: for who asks nothing of its module."""
        part, function = self.index.part(symbol), self.index.function(symbol)
        excerpt = self.index.excerpt(symbol.path, part) if part else None
        found = function_at(excerpt, function.line) if excerpt and function else None
        if excerpt is None or found is None:
            return self.function(symbol)
        return Definition(excerpt, found[1], symbol)

    def is_function(self, symbol: Symbol) -> bool:
        """Whether a symbol is a function of the project; told without its tree."""
        return self.index.function(symbol) is not None

    def method(self, key: str, name: str) -> Symbol | None:
        """A method of a class of the project, inherited ones included."""
        path, _, owner = key.partition("::")
        member = self.index.member(Symbol(path, owner), name)
        return member if member and self.is_function(member) else None

    def is_class(self, symbol: Symbol) -> bool:
        """Whether a symbol is a class of the project."""
        return self.index.klass(symbol) is not None

    def inherits(self, symbol: Symbol, *outside: str) -> bool:
        """Whether a class of the project inherits from one of the named classes elsewhere."""
        return any(one in outside for one in self.index.mro(symbol) if isinstance(one, str))

    def known_as(self, path: str, name: str) -> str:
        """The absolute name that a name written in an annotation has in a file."""
        facts = self.index.facts.get(path)
        return known_as(facts, name) if facts else name


def world_of(index: Index) -> World:
    """The world around an index."""

    def remember(key: Hashable, make: Callable[[], Any]) -> Any:
        return index.remember(("orm", key), make)

    def make() -> World:
        found = registry(ModelsOfIndex(index), index.resolve, remember)
        found.named = lambda name: index.entry(NAMED, name)
        found.backrefs = lambda key: index.entry(BACKREFS, key)
        return World(index, found)

    world: World = index.remember(("orm", "world"), make)
    return world


def _configures(index: Index, _: str) -> bool:
    facts = world_of(index).registry.facts
    return any(facts[path].configures for path in facts)


NAMED = Table[Sequence[str]](
    "orm-named", lambda index, name: world_of(index).registry.all_named(name)
)
BACKREFS = Table[Sequence[Relationship]](
    "orm-backrefs", lambda index, key: world_of(index).registry.all_backrefs(key)
)
CONFIGURES = Table("orm-configures", _configures)
"""Whether some file calls `configure_mappers()`."""


def mapped_classes(world: World) -> Iterator[Symbol]:
    """Every mapped class of the project."""
    for path in world.registry.facts:
        for fact in world.registry.facts[path].classes:
            if world.registry.mapped(f"{path}::{fact.name}") is not None:
                yield Symbol(path, fact.name)
