"""The state of a walk through a function, and the targets and elements it binds."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from msgspec.structs import replace

from lever_fix.domains.orm.trace import AnyEvent, Event, Frame, Loop, Picked, Wrote
from lever_fix.domains.orm.values import (
    Entity,
    FunctionNode,
    LocalFunction,
    Mapping,
    Result,
    Rows,
    Tuple,
    Value,
)
from lever_fix.domains.orm.world import Definition, World
from lever_fix.index.index import Symbol

Evaluate = Callable[["Walk", Frame, ast.expr], Value]

_STEPS = 6_000
"""Statements walked for one function, calls included; beyond, the rest counts as not followed."""


@dataclass
class Walk:
    """The state of one walk.

    Attributes:
        world: The project.
        evaluate: What an expression holds; notes what happens on the way.
        root: The activation that is looked at.
        events: What happened, in order.
        loops: The loops that are being walked through, outermost first.
        tries: The `try` bodies that are being walked through.
        conditions: How many branches deep it is.
        steps: Statements that may still be walked.
        homes: Activations that define functions of their own, which know them in turn.
        cut_short: How many calls were not followed for being too deep.
        spared: What is read without a query where it is: names of relationships, `*` for all.
        discarded: The expression whose value nobody gets, of the statement that was walked last.
        wanted: The expression that was asked for loader options last.
    """

    notes_all: ClassVar[bool] = True
    """Whether events are noted that only tell how far a finding can be trusted."""

    world: World
    evaluate: Evaluate
    root: Frame
    events: list[AnyEvent] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    tries: list[ast.Try] = field(default_factory=list)
    conditions: int = 0
    steps: int = _STEPS
    homes: list[Frame] = field(default_factory=list)
    cut_short: int = 0
    spared: tuple[str, ...] = ()
    discarded: ast.expr | None = None
    wanted: ast.expr | None = None

    def definition(self, symbol: Symbol) -> Definition | None:
        """A function of the project that is called."""
        return self.world.function(symbol)

    def local(self, node: FunctionNode | ast.Lambda, frame: Frame) -> LocalFunction:
        """A function that is defined in an activation."""
        self.homes.append(frame)
        return LocalFunction(node, frame)

    def is_spared(self, relationship: str) -> bool:
        """Whether a relationship is read only where that takes no query."""
        return bool(self.spared) and ("*" in self.spared or relationship in self.spared)

    def close(self) -> None:
        """Let go of the trees at once: workers run without the collector of circles."""
        for frame in self.homes:
            frame.env.clear()
            frame.returned.clear()

    def record(self, kind: type[Event], frame: Frame, node: ast.AST, **more: Any) -> None:
        """Note that something happened."""
        event = kind(
            len(self.events), node, frame, tuple(self.loops), tuple(self.tries),
            self.conditions > 0, **more,
        )  # fmt: skip
        self.events.append(event)  # type: ignore[arg-type]


def expressions(node: ast.AST) -> list[ast.expr]:
    """The expressions right below a node: `ast.iter_child_nodes` for what is asked all the time."""
    found: list[ast.expr] = []
    held = node.__dict__
    for name in node._fields:
        value = held.get(name)
        if value.__class__ is list:
            found += [one for one in value if isinstance(one, ast.expr)]
        elif isinstance(value, ast.expr):
            found.append(value)
    return found


def bind(walk: Walk, frame: Frame, target: ast.expr, value: Value) -> None:
    """Give a target what a value holds."""
    match target:
        case ast.Name(id=name):
            frame.env[name] = value
        case ast.Starred(value=inner):
            bind(walk, frame, inner, None)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for at, element in enumerate(elements):
                bind(walk, frame, element, _part(value, at))
        case ast.Attribute(value=base, attr=name):
            owner = walk.evaluate(walk, frame, base)
            if isinstance(owner, Entity):
                walk.record(Wrote, frame, target, what=written(walk, owner, name))
            elif isinstance(base, ast.Name) and base.id in ("self", "cls"):
                frame.env[f"{base.id}.{name}"] = value
        case ast.Subscript(value=base, slice=key):
            walk.evaluate(walk, frame, key)
            holder = walk.evaluate(walk, frame, base)
            if holder is None and isinstance(base, ast.Name) and isinstance(value, Entity):
                frame.env[base.id] = Mapping(value)
            elif isinstance(holder, Tuple):
                forget(frame, base)


def forget(frame: Frame, node: ast.expr) -> None:
    """What a name holds is changed in place: a list is not what it was made as."""
    if isinstance(node, ast.Name) and node.id in frame.env:
        frame.env[node.id] = None


def written(walk: Walk, owner: Entity, name: str) -> str:
    """What an assignment to a row's attribute changes; empty where eager loading cannot tell."""
    mapped = walk.world.registry.mapped(owner.key)
    column = mapped.columns.get(name) if mapped else None
    if column is not None and not column.foreign_key and not column.primary_key:
        return f"={owner.key}"  # a plain column: matters only where its class is loaded eagerly
    simple = owner.key.rpartition("::")[2]
    return f"`{simple}.{name}` is assigned between the query and the access"


def _part(value: Value, at: int) -> Value:
    if isinstance(value, Tuple) and at < len(value.elements):
        return value.elements[at]
    return None


def element_of(value: Value) -> Value:
    """What a loop over a value yields."""
    match value:
        case Rows(element=element):
            return element
        case Result(scalars=scalars):
            row = row_of(value)
            return row.elements[0] if scalars and isinstance(row, Tuple) and row.elements else row
        case Tuple(elements=elements):
            return elements[0] if elements and all(one == elements[0] for one in elements) else None
    return None


def row_of(result: Result, *, many: bool = True) -> Value:
    """One row of a result."""
    columns = enumerate(result.fetch.statement.entities)
    return Tuple(
        tuple(
            Entity(one.key, result.fetch, (), many, at) if one is not None else None
            for at, one in columns
        )
    )


def method_called(node: ast.AST) -> str:
    """The name of the method that a call calls; empty for another node."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else ""


def pick(walk: Walk, frame: Frame, node: ast.AST, rows: Rows) -> Value:
    """One of some rows, taken by its place."""
    if rows.collection is not None and not rows.collection.fact.order_by:
        walk.record(Picked, frame, node, relationship=rows.collection)
    return single(rows.element)


def single(value: Value) -> Value:
    """One of many, picked out."""
    if isinstance(value, Entity):
        if value.steps and not value.picked:
            return value  # one of a collection, for each of the rows
        return replace(value, many=False, picked=True)
    if isinstance(value, Tuple):
        return Tuple(tuple(single(one) for one in value.elements))
    return value
