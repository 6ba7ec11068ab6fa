"""Findings for queries that run once for each row: one query and a dict, or a relationship."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.batches import batch
from lever_fix.domains.orm.gates import TOO_LONG, between
from lever_fix.domains.orm.layout import RefusedError
from lever_fix.domains.orm.row_queries import RowQuery, row_queries
from lever_fix.domains.orm.through import through_relationship
from lever_fix.domains.orm.trace import AnyEvent, Escaped, Frame, Left, Wrote, Yielded
from lever_fix.domains.orm.values import Result, Rows
from lever_fix.domains.orm.walk import Walk
from lever_fix.model import Finding, Needs, Refusal, Safety
from lever_fix.semantics.scopes import scopes

_FRESH = frozenset({"acquire", "heartbeat", "lock", "sleep", "wait"})
_LARGEST = 25
"""Statements of a function that just looks something up."""
_FEWEST = 30_000
"""Parameters that every driver takes; asyncpg and SQLite stop below 33,000."""


def row_findings(walk: Walk, width: int) -> Iterator[Finding | Refusal]:
    """What is found in one walk: one finding for each query in a loop over rows."""
    for query in row_queries(walk):
        yield _finding(query, width)


def _finding(query: RowQuery, width: int) -> Finding | Refusal:
    module = query.walk.root.module
    chain = query.event.frame.chain()
    node = chain[1].call if len(chain) > 1 and chain[1].call is not None else query.event.node
    span = module.span(node)
    events = [one for one in query.walk.events if query.loop in one.loops]
    if blocked := _never(query, events):
        return module.refusal(span, *blocked)
    message = _message(query)
    if why := _unfit(query):
        return module.finding(span, message, safety=Safety.DISPLAY, reasons=(why,))
    reasons = tuple(dict.fromkeys(_reasons(query, events)))
    try:
        if not reasons and (found := through_relationship(query, width)) is not None:
            return found
        made = batch(query, width)
    except RefusedError as refused:
        return module.finding(span, message, safety=Safety.DISPLAY, reasons=(refused.why,))
    reasons = (*reasons, *_unbounded(query))
    return module.finding(
        span,
        f"{message}; ask once before the loop, then `{made.text}`",
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        edits=made.edits,
        needs=Needs(module.path, imports=made.imports, names_bound=made.names),
    )


def _message(query: RowQuery) -> str:
    row = query.row.key.rpartition("::")[2]
    chain = query.event.frame.chain()
    if len(chain) > 1:
        return f"`{chain[1].name}` runs a query for each `{row}`"
    return f"a query runs for each `{row}`"


def _never(query: RowQuery, events: list[AnyEvent]) -> tuple[str, str] | None:
    """What is there on purpose: work that must see what the loop did before."""
    loop = query.loop.node
    if any(isinstance(one, Wrote) and one.session is not None for one in events):
        return "loop-writes", "the loop writes through the session, and later queries see that"
    for inner in ast.walk(loop):
        if isinstance(inner, ast.Call):
            func = inner.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if name in _FRESH:
                return "fresh-read", f"the loop calls `{name}`: it reads anew on purpose"
    chain = query.event.frame.chain()
    if len(chain) > 1 and not _only_reads(chain[1], events):
        return "does-more", f"`{chain[1].name}` does more than to look something up"
    if "for-update" in query.statement.hazards:
        return "locks", "the query locks the rows it finds"
    body = getattr(loop, "body", [])
    if isinstance(body, list) and any(isinstance(one, ast.Return | ast.Break) for one in body):
        return "no-loop", "the loop ends in its first round"
    return None


def _only_reads(frame: Frame, events: list[AnyEvent]) -> bool:
    """Whether a function that is called for each row is a small one that writes nothing."""
    inside = [one for one in events if frame in one.frame.chain()]
    statements = sum(isinstance(one, ast.stmt) for one in ast.walk(frame.node))
    return statements <= _LARGEST and not any(isinstance(one, Wrote | Yielded) for one in inside)


def _unfit(query: RowQuery) -> str:
    """Why there is no fix; empty where there may be one."""
    if len(query.event.frame.chain()) > 1:
        held = query.tie.column
        name = held.entity.key.rpartition("::")[2] if held else "Row"
        column = held.name if held else "id"
        more = len(query.statement.conditions) > 1
        return (
            "it needs a function that takes all keys:"
            f" `select({name}).where({name}.{column}.in_(keys))`"
            f"{' with its other conditions' if more else ''}, looked up by `{column}`"
        )
    loop = query.loop.node
    if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name) or loop.orelse:
        return "the loop is not a plain `for` over the rows"
    if query.shape not in ("many", "one", "count"):
        return {
            "required": "it raises where nothing is found, which a dict would not",
            "columns": "it asks for columns, which have to be told apart by row",
            "result": "what is done with its result could not be followed",
        }[query.shape]
    statement = query.statement
    if statement.hazards - {one for one in statement.hazards if one.startswith("join")} or (
        statement.limit
    ):
        return "it limits, groups or locks for each row, which one query for all cannot"
    if not isinstance(query.loop.over, Rows | Result):
        return "where the rows come from could not be followed"
    return _untied(query) or _varying(query, loop)


def _untied(query: RowQuery) -> str:
    """Why the query's column and the row's need not hold the same kind of value."""
    registry = query.walk.world.registry
    column, row, key = query.tie.column, query.row.key, query.key.name
    assert column is not None
    asked = registry.mapped(column.entity.key)
    parent = registry.mapped(row)
    value = query.tie.value
    if not isinstance(value, ast.Attribute) or not isinstance(value.value, ast.Name):
        return "the row is named by more than an attribute"
    if asked is None or parent is None or column.entity.alias or not column.plain:
        return "the class it asks for is an alias"
    to_row = column.name in registry.keys_to(asked.key, row) and parent.primary_key == (key,)
    to_asked = key in registry.keys_to(row, asked.key) and asked.primary_key == (column.name,)
    if query.shape == "one":
        unique = to_row and asked.columns[column.name].unique
        return "" if to_asked or unique else "more than one row may match, and it takes one of them"
    return "" if to_row else f"`{column.name}` is no foreign key of the row's primary key"


def _varying(query: RowQuery, loop: ast.For) -> str:
    """A name in the query that the loop binds, besides the row."""
    module = query.event.frame.module
    assert isinstance(loop.target, ast.Name)
    bound = {
        one.id
        for statement in loop.body
        for one in ast.walk(statement)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    known = scopes(module)
    scope = known.scope_of(loop)
    used = [
        one
        for one in ast.walk(query.event.node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    ]
    for name in used:
        if name.id in bound and known.lookup(name.id, scope) is not None:
            return f"it depends on `{name.id}`, which the loop binds"
    rows = [one for one in used if one.id == loop.target.id]
    return "it depends on more of the row than its key" if len(rows) > 1 else ""


def _reasons(query: RowQuery, events: list[AnyEvent]) -> Iterator[str]:
    fetch = query.event.fetch
    if query.walk.steps < 0:
        yield TOO_LONG
    yield from between(events, fetch.session, set())
    for event in events:
        if isinstance(event, Escaped) and event.index < query.event.index:
            yield event.what
        if isinstance(event, Left) and query.loop in event.loops and event.frame is query.walk.root:
            yield f"a `{event.word}` may end the loop early, and all rows are asked for"
    if any(one not in _around(query) for one in query.event.tries):
        yield "the query stands in a `try` in the loop, which catches its errors row by row"
    if query.loop.over is not None and isinstance(query.loop.node, ast.AsyncFor):
        yield "the rows are streamed"
    if query.row.fetch is not None and query.row.fetch.streamed:
        yield "the rows are read in chunks, and would be held at once"


def _around(query: RowQuery) -> set[ast.AST]:
    known = scopes(query.event.frame.module)
    return set(known.ancestors(query.loop.node))


def _unbounded(query: RowQuery) -> Iterator[str]:
    fetch = query.row.fetch
    if fetch is None or not 0 < fetch.statement.limit <= _FEWEST:
        yield f"more than {_FEWEST:,} rows would pass what some drivers take as parameters"
