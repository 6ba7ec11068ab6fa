"""Queries that run once for each row of another one, and what each of them asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.orm.trace import Fetched, Loop
from lever_fix.domains.orm.values import ColumnOf, Condition, Entity, MappedName, Statement
from lever_fix.domains.orm.walk import Walk, element_of, method_called
from lever_fix.semantics.scopes import scopes

_MANY = frozenset({"all", "fetchall"})
_ONE = frozenset({"first", "one_or_none", "scalar", "scalar_one_or_none"})
_STEPS = frozenset({"scalars", "unique", "all", "fetchall", "first", "one_or_none", "one",
                    "scalar_one", "scalar_one_or_none", "scalar", "tuples"})  # fmt: skip
_CONSUMERS = frozenset({"list", "len", "sorted", "sum", "tuple", "set", "any", "all", "enumerate"})


@dataclass(frozen=True)
class RowQuery:
    """A query in a loop over rows, tied to the row by one condition.

    Attributes:
        walk: The walk that saw it.
        event: The query, as it happened.
        loop: The loop over the rows.
        row: What the loop goes over.
        tie: The condition that names the row.
        key: The column of the row that it names.
        whole: The expression with all that is done to the result at once.
        shape: `many`, `one`, `count`, or a word for what is none of these.
    """

    walk: Walk
    event: Fetched
    loop: Loop
    row: Entity
    tie: Condition
    key: ColumnOf
    whole: ast.expr
    shape: str

    @property
    def statement(self) -> Statement:
        """The query's statement."""
        return self.event.fetch.statement

    @property
    def asked(self) -> MappedName | None:
        """The class whose rows, or whose number of rows, it asks for."""
        if self.shape == "count":
            return self.tie.column.entity if self.tie.column else None
        return self.statement.entities[0] if len(self.statement.entities) == 1 else None


def row_queries(walk: Walk) -> Iterator[RowQuery]:
    """Every query of a walk that is tied to the row of a loop that the walked function makes."""
    seen: set[ast.AST] = set()
    for event in walk.events:
        if not isinstance(event, Fetched) or not event.loops:
            continue
        chain = event.frame.chain()
        place = event.node if len(chain) == 1 else chain[1].call
        if place is None or place in seen:
            continue
        for tie in event.fetch.statement.conditions:
            key = tie.held
            if not isinstance(key, ColumnOf) or not key.entity.many:
                continue
            loop = _loop_of(event, key.entity)
            if loop is not None and loop.frame is walk.root:
                seen.add(place)
                whole, shape = _shape(event)
                yield RowQuery(walk, event, loop, key.entity, tie, key, whole, shape)
                break


def _loop_of(event: Fetched, row: Entity) -> Loop | None:
    """The loop whose element a row is."""
    for loop in reversed(event.loops):
        element = element_of(loop.over)
        parts = getattr(element, "elements", (element,))
        if row in parts:
            return loop
    return None


def _shape(event: Fetched) -> tuple[ast.expr, str]:
    """The expression that a query and all done to its result make up, and what comes out of it."""
    known = scopes(event.frame.module)
    node = event.fetch.site.node
    called = method_called(node)
    whole: ast.expr = node
    steps = [called]
    for outer in known.ancestors(node):
        if isinstance(outer, ast.Await):
            whole = outer
        elif isinstance(outer, ast.Attribute) and outer.attr in _STEPS:
            continue
        elif isinstance(outer, ast.Call) and method_called(outer) in _STEPS:
            steps.append(method_called(outer))
            whole = outer
        else:
            break
    return whole, _shape_of(event.fetch.statement, steps, known.parent(whole), whole)


def _shape_of(
    statement: Statement, steps: list[str], parent: ast.AST | None, whole: ast.expr
) -> str:
    counted = len(statement.sources) == 1 and _is_count(statement.sources[0])
    last = steps[-1]
    if counted and statement.kind == "select":
        return "count" if last in ("scalar", "scalar_one", "scalar_one_or_none") else "columns"
    if len(statement.entities) != 1 or statement.entities[0] is None:
        return "columns"
    if statement.kind == "get":
        return "one" if last == "get" else "required"
    if last in _ONE or (last == "get" and statement.kind == "query"):
        return "one"
    if last in _MANY:
        return "many"
    if last in ("scalar_one", "one"):
        return "required"
    is_iterated = isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) or (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in _CONSUMERS - {"len"}
        and parent.args[:1] == [whole]
    )
    return "many" if is_iterated else "result"


def _is_count(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "count"
        and len(node.args) <= 1
    )
