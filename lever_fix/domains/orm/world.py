"""What the analysis of ORM code asks about the project around it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lever_fix.domains.orm.annotations import names_in
from lever_fix.domains.orm.extract import known_as, models_of
from lever_fix.domains.orm.facts import ModelFacts
from lever_fix.domains.orm.registry import MappedClass, Registry, registry
from lever_fix.domains.orm.values import FunctionNode
from lever_fix.index.index import Index, Symbol
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

    def __getitem__(self, path: str) -> ModelFacts:
        facts = self.index.facts.get(path)
        self.index.asked.add(path)
        if facts is None or not facts.classes or not _may_map(facts.imports):
            return ModelFacts()  # told without its tree
        module = self.index.module(path)
        return models_of(module) if module else ModelFacts()

    def __iter__(self) -> Iterator[str]:
        """The files that may map classes: they import an ORM, or a base that does."""
        self.index.asked.add("*")
        for path, facts in self.index.facts.items():
            if facts.classes and _may_map(facts.imports):
                yield path

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _may_map(imports: Mapping[str, str]) -> bool:
    return any(
        target.startswith(("sqlalchemy", "sqlmodel", "flask_sqlalchemy", "flask_appbuilder"))
        or bound in ("db", "Base", "Model", "orm", "models")
        for bound, target in imports.items()
    )


@dataclass
class World:
    """The project: its index, its mapped classes, and what is worked out about them."""

    index: Index
    registry: Registry

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
        """A function of the project with its tree."""
        found: Definition | None = self.index.remember(
            ("orm", "function", symbol), lambda: self._function(symbol)
        )
        return found

    def _function(self, symbol: Symbol) -> Definition | None:
        if self.index.function(symbol) is None:
            return None
        node, module = self.index.node(symbol), self.index.module(symbol.path)
        if not isinstance(node, FunctionNode) or module is None:
            return None
        return Definition(module, node, symbol)

    def method(self, key: str, name: str) -> Definition | None:
        """A method of a class of the project, inherited ones included."""
        path, _, owner = key.partition("::")
        member = self.index.member(Symbol(path, owner), name)
        return self.function(member) if member else None

    def is_class(self, symbol: Symbol) -> bool:
        """Whether a symbol is a class of the project."""
        return self.index.klass(symbol) is not None

    def inherits(self, symbol: Symbol, *outside: str) -> bool:
        """Whether a class of the project inherits from one of the named classes elsewhere."""
        return any(one in outside for one in self.index.mro(symbol) if isinstance(one, str))

    def named_in(self, module: Module, annotation: ast.expr) -> Iterator[str]:
        """The absolute names of all that an annotation mentions."""
        for name in names_in(annotation):
            yield known_as(module, name)


def world_of(index: Index) -> World:
    """The world around an index."""

    def remember(key: Hashable, make: Callable[[], Any]) -> Any:
        return index.remember(("orm", key), make)

    return World(index, registry(ModelsOfIndex(index), index.resolve, remember))
