"""A query for each row that a relationship already names: read it, loaded with the rows."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.batches import replaced
from lever_fix.domains.orm.needs import Need
from lever_fix.domains.orm.placing import place
from lever_fix.domains.orm.registry import Relationship
from lever_fix.domains.orm.row_queries import RowQuery
from lever_fix.domains.orm.trace import Fetched, Touched
from lever_fix.model import Finding, Needs
from lever_fix.semantics.scopes import scopes

_READERS = frozenset({"any", "all", "enumerate", "len", "list", "set", "sorted", "sum", "tuple"})


def through_relationship(query: RowQuery, width: int) -> Finding | None:
    """The finding that reads a relationship; None where it may hold something else than the query.

    The session has to be one that the function made, with nothing read through it before: in any
    other the relationship may have been loaded earlier, and be stale.
    """
    fetch = query.row.fetch
    first = next((one for one in query.walk.events if isinstance(one, Fetched)), None)
    session = query.event.fetch.session
    if fetch is None or session is None or not session.fresh or query.row.path:
        return None
    if first is None or first.fetch is not fetch or query.row.picked:
        return None
    relationship = _relationship(query)
    if relationship is None or query.shape == "count":
        return None
    module = query.event.frame.module
    assert isinstance(query.loop.node, ast.For)
    assert isinstance(query.loop.node.target, ast.Name)
    text = f"{query.loop.node.target.id}.{relationship.name}"
    if query.shape == "many" and not _is_only_read(query):
        text = f"list({text})"
    path = (relationship.name,)
    touch = Touched(
        query.event.index, query.event.node, query.event.frame, query.event.loops,
        query.event.tries, False, query.row, relationship, "attribute",
    )  # fmt: skip
    need = Need(query.walk, first, query.row.column, {path: (relationship,)}, (touch,), touch)
    placed = place(need, width)
    owner = relationship.owner.rpartition("::")[2]
    option = placed.texts[0] if placed.texts else relationship.name
    if placed.reasons:
        return None
    return module.finding(
        module.span(query.event.node),
        f"a query runs for each `{owner}`; it is `{text}`, loaded with `{option}`",
        edits=(*placed.edits, replaced(module, query.whole, text)),
        needs=Needs(module.path, imports=tuple(placed.imports)),
    )


def _relationship(query: RowQuery) -> Relationship | None:
    """The relationship of the row's class that holds exactly what the query finds."""
    statement, column = query.statement, query.tie.column
    if len(statement.conditions) != 1 or statement.ordering or statement.options or column is None:
        return None
    if statement.hazards:
        return None
    wanted = "one-to-many" if query.shape == "many" else "many-to-one"
    keys = (column.name,) if query.shape == "many" else (query.key.name,)
    for one in query.walk.world.registry.relationships(query.row.key).values():
        plain = one.is_lazy and not one.fact.custom_join and not one.fact.viewonly
        same = one.target == column.entity.key and one.keys == keys and one.direction == wanted
        if plain and same and not one.fact.order_by and not one.from_backref and not one.fact.keyed:
            return one
    return None


def _is_only_read(query: RowQuery) -> bool:
    """Whether the rows found are only gone over: a collection that is changed is written."""
    known = scopes(query.event.frame.module)
    parent = known.parent(query.whole)
    if _reads(parent, query.whole):
        return True
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
        return False
    target = parent.targets[0]
    if not isinstance(target, ast.Name):
        return False
    function = known.function_of(parent) or query.event.frame.module.tree
    uses = [
        one
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and one.id == target.id and isinstance(one.ctx, ast.Load)
    ]
    return all(_reads(known.parent(one), one) for one in uses)


def _reads(parent: ast.AST | None, node: ast.expr) -> bool:
    if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension):
        return parent.iter is node
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id in _READERS and node in parent.args
    return isinstance(parent, ast.If | ast.UnaryOp)
