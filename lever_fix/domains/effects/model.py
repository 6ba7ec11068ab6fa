"""The values of effect analysis: effects, where a thing comes from, what an expression holds."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from lever_fix.index.index import Index, Symbol
from lever_fix.model import Value
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode

OriginKind = Literal["own", "parameter", "self", "global", "closure", "unknown"]
EffectKind = Literal[
    "reads", "writes", "uses", "opens", "mutates", "ordered", "control", "unknown", "waits"
]
ClassName = Symbol | str
"""A class of the project, or the canonical name of another one: `sqlalchemy.AsyncSession`."""


class Origin(Value, frozen=True):
    """Where a function has a thing from.

    Attributes:
        kind: `own` for what it made itself and nobody else has.
        name: The parameter, attribute or dotted name.
    """

    kind: OriginKind
    name: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "own":
                return "made here"
            case "parameter":
                return f"parameter `{self.name}`"
            case "self":
                return f"`self.{self.name}`" if self.name else "`self`"
            case "global":
                return f"global `{self.name}`"
            case "closure":
                return f"`{self.name}` of the function around"
        return f"`{self.name}`, which could not be followed"


OWN = Origin("own")


@dataclass(frozen=True)
class Held:
    """What an expression holds, as far as that is known.

    Attributes:
        classes: The classes it may be an instance of; empty where that is not known.
        origins: Where it may come from.
        is_class: True where it is the class itself.
    """

    classes: frozenset[ClassName] = frozenset()
    origins: frozenset[Origin] = frozenset({OWN})
    is_class: bool = False

    @property
    def own(self) -> bool:
        """True where nobody else has it."""
        return all(origin.kind == "own" for origin in self.origins)

    @property
    def shared(self) -> list[Origin]:
        """The origins by which others have it too."""
        return sorted((one for one in self.origins if one.kind != "own"), key=str)


def merged(found: Iterable[Held]) -> Held:
    """What holds one of several things."""
    every = list(found)
    if not every:
        return Held(origins=frozenset({Origin("unknown", "?")}))
    return Held(
        frozenset(one for held in every for one in held.classes),
        frozenset(one for held in every for one in held.origins),
        any(held.is_class for held in every),
    )


class Effect(Value, frozen=True):
    """One thing a function does.

    Attributes:
        kind: What sort of thing.
        what: What is read, written, used or called.
        origin: Where the function has that from.
        where: `path:line`, and the code there.
        via: The functions it is reached through, outermost first.
    """

    kind: EffectKind
    what: str
    origin: Origin = OWN
    where: str = ""
    via: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, Origin]:
        """What makes two effects one, however they are reached."""
        return self.kind, self.what, self.origin


@dataclass(eq=False)
class Notes:
    """What was found out of a function's expressions, and what is being found out.

    Names may lead back to themselves (`query = query.where(...)`), so a question is answered in
    rounds: each binding is followed once in each, and what it gave in the round before stands for
    it meanwhile, until nothing new comes of it.

    Attributes:
        known: What expressions hold, for good.
        round: What they hold in this round; None between questions.
        bindings: What each binding gives, as far as is known.
        followed: The bindings that were followed in this round.
        changed: Whether this round told anything new.
    """

    known: dict[ast.AST, Held] = field(default_factory=dict)
    round: dict[ast.AST, Held] | None = None
    bindings: dict[ast.AST, Held] = field(default_factory=dict)
    followed: set[ast.AST] = field(default_factory=set)
    changed: bool = False


@dataclass(frozen=True, eq=False)
class Frame:
    """A function with what is needed to look things up in it.

    Attributes:
        index: The project.
        module: The function's module.
        function: Its definition; None for code that runs on import.
        symbol: The function as a symbol.
        notes: What was found out of it already.
    """

    index: Index
    module: Module
    function: FunctionNode | None
    symbol: Symbol
    notes: Notes = field(default_factory=Notes)

    def where(self, node: ast.AST) -> str:
        """`path:line` of a node."""
        return f"{self.symbol.path}:{getattr(node, 'lineno', 0)}"


@dataclass(frozen=True, eq=False)
class Edge:
    """A call of another function of the project.

    Attributes:
        callee: The function.
        receiver: What the method is called on; None for plain functions.
        arguments: What each parameter is given.
        where: The place of the call.
    """

    callee: Symbol
    receiver: Held | None
    arguments: dict[str, Held]
    where: str


@dataclass(eq=False)
class Local:
    """What a function does itself, and whom it calls."""

    effects: list[Effect] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


class Summary(Value, frozen=True):
    """Everything a function does, itself and through what it calls."""

    effects: tuple[Effect, ...] = ()

    def of(self, *kinds: EffectKind) -> Iterator[Effect]:
        """The effects of some kinds."""
        return (one for one in self.effects if one.kind in kinds)

    @property
    def waits(self) -> bool:
        """True where it gives way to other tasks, so that running it beside others pays."""
        return any(
            one.kind in ("waits", "unknown") or (one.kind in ("reads", "writes"))
            for one in self.effects
        )


def translated(origins: Iterable[Origin], edge: Edge) -> frozenset[Origin]:
    """Origins inside a callee, as its caller knows them."""
    found: set[Origin] = set()
    for origin in origins:
        if origin.kind == "parameter":
            given = edge.arguments.get(origin.name)
            found |= given.origins if given else {OWN}  # a default is nobody else's
        elif origin.kind == "self":
            found |= _through_receiver(origin, edge.receiver)
        else:
            found.add(origin)
    return frozenset(found)


def _through_receiver(origin: Origin, receiver: Held | None) -> set[Origin]:
    if receiver is None:
        return {Origin("unknown", f"self.{origin.name}")}
    found: set[Origin] = set()
    for one in receiver.origins:
        if one.kind == "self":
            name = ".".join(part for part in (one.name, origin.name) if part)
            found.add(Origin("self", ".".join(name.split(".")[:3])))
        else:
            found.add(one)
    return found
