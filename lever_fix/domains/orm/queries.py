"""Statements as they are built and run: `select(...)`, `session.query(...)`, and their methods."""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from lever_fix.domains.orm.options import options_of, rooted
from lever_fix.domains.orm.trace import Fetched, Frame, Wrote
from lever_fix.domains.orm.values import (
    ClassAttribute,
    Condition,
    Fetch,
    Hop,
    MappedName,
    Result,
    Rows,
    Session,
    Site,
    Statement,
    Value,
)
from lever_fix.domains.orm.walk import Walk, element_of, single
from lever_fix.semantics.module import Module

_NEUTRAL = frozenset({
    "autoflush", "correlate", "enable_assertions", "enable_eagerloads", "execution_options",
    "filter", "filter_by", "having", "limit", "offset", "order_by", "outerjoin", "join",
    "prefix_with", "reset_joinpoint", "select_from", "slice", "suffix_with", "where", "with_hint",
    "with_for_update", "with_labels", "set_label_style", "distinct", "group_by", "yield_per",
    "populate_existing", "from_statement", "params", "join_from", "outerjoin_from",
})  # fmt: skip
_MARKED = {
    "distinct": "distinct",
    "execution_options": "execution-options",
    "from_statement": "from-statement",
    "group_by": "group-by",
    "having": "group-by",
    "limit": "limit",
    "offset": "limit",
    "populate_existing": "populate-existing",
    "slice": "limit",
    "with_for_update": "for-update",
    "yield_per": "yield-per",
}
_UNIONS = frozenset({"union", "union_all", "intersect", "intersect_all", "except_", "except_all"})
_JOINS = frozenset({"join", "outerjoin", "join_from", "outerjoin_from"})
_ENDS = frozenset({
    "as_scalar", "alias", "correlate_except", "cte", "exists", "label", "scalar_subquery",
    "subquery", "compile", "count", "whereclause", "c", "columns",
})  # fmt: skip
_ONE = frozenset({"first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none"})
_CHANGES = frozenset({"delete", "update"})


def begin(
    walk: Walk, frame: Frame, node: ast.Call, kind: str, session: Session | None = None
) -> Statement:
    """`select(...)` or `session.query(...)`."""
    entities: list[MappedName | None] = []
    hazards: set[str] = set()
    for argument in node.args:
        value = walk.evaluate(walk, frame, argument)
        entities.append(value if isinstance(value, MappedName) else None)
        if isinstance(argument, ast.Starred):
            hazards.add("opaque")
    site = Site(frame.module, node)
    return Statement(
        (site,), kind, tuple(entities), hazards=frozenset(hazards), session=session, whole=site,
        sources=tuple(node.args),
    )  # fmt: skip


def statement_method(walk: Walk, frame: Frame, node: ast.Call, base: Statement, name: str) -> Value:
    """A method of a statement: goes on building it, or runs a legacy query."""
    if name == "options":
        return _options(walk, frame, node, base)
    values = [walk.evaluate(walk, frame, one) for one in node.args]
    named = [walk.evaluate(walk, frame, one.value) for one in node.keywords]
    whole = Site(frame.module, node) if base.whole else None
    if base.kind == "query" and (name in _ONE or name in ("all", "get") or name in _CHANGES):
        return _run(walk, frame, node, replace(base, whole=whole), name)
    if name in _ENDS:
        return None
    if name in _UNIONS:
        return replace(base, hazards=base.hazards | {"union"}, whole=whole)
    if name in ("with_entities", "with_only_columns", "add_columns", "add_entity"):
        entities = tuple(one if isinstance(one, MappedName) else None for one in values)
        kept = base.entities if name.startswith("add") else ()
        return replace(base, entities=(*kept, *entities), whole=whole)
    if name not in _NEUTRAL:
        return replace(base, hazards=base.hazards | {"opaque"}, whole=whole)
    return replace(_said(base, node, name, values, named, frame), whole=whole)


def _said(
    base: Statement, node: ast.Call, name: str, values: list[Value], named: list[Value],
    frame: Frame,
) -> Statement:  # fmt: skip
    """What a method says that later matters."""
    hazards = set(base.hazards)
    if name in _MARKED:
        hazards.add(_MARKED[name])
    if name in _JOINS:
        hazards.add("join")
        hazards |= {f"join {one.key}" for one in values if isinstance(one, MappedName)}
        hazards |= {f"join .{one.name}" for one in values if isinstance(one, ClassAttribute)}
        hazards |= {"join ?"} if not any(values) else set()
    if name == "execution_options" and any(one.arg == "yield_per" for one in node.keywords):
        hazards.add("yield-per")
    if _has_text(frame.module, node):
        hazards.add("text")
    base = replace(base, hazards=frozenset(hazards))
    if name in ("where", "filter"):
        return replace(base, conditions=(*base.conditions, *_conditions(node, values, frame)))
    if name == "filter_by":
        return replace(base, conditions=(*base.conditions, *_named(base, node, named, frame)))
    if name == "order_by":
        return replace(base, ordering=(*base.ordering, *node.args))
    if name == "limit" and len(node.args) == 1:
        first = node.args[0]
        number = first.value if isinstance(first, ast.Constant) else 0
        return replace(base, limit=number if isinstance(number, int) else 0)
    return base


def _conditions(node: ast.Call, values: list[Value], frame: Frame) -> list[Condition]:
    pairs = zip(node.args, values, strict=True)
    return [
        value if isinstance(value, Condition) else Condition(argument, frame.module)
        for argument, value in pairs
    ]


def _named(base: Statement, node: ast.Call, values: list[Value], frame: Frame) -> list[Condition]:
    """What `filter_by(name=value)` says of the statement's own entity."""
    entity = base.entities[0] if base.entities and "join" not in base.hazards else None
    return [
        Condition(
            one.value, frame.module,
            ClassAttribute(entity, one.arg) if entity and one.arg else None, one.value, held,
        )
        for one, held in zip(node.keywords, values, strict=True)
    ]  # fmt: skip


_TEXT = re.compile(rb"\b(?:text|literal_column)\s*\(")


def _has_text(module: Module, node: ast.Call) -> bool:
    """Whether raw SQL stands in the arguments, where a joined table can make a name ambiguous."""
    if "orm-text" not in module.memo:  # a walk through every condition of a module costs more
        module.memo["orm-text"] = _TEXT.search(module.text) is not None
    for inner in ast.walk(node) if module.memo["orm-text"] else ():
        if isinstance(inner, ast.Call) and inner is not node:
            func = inner.func
            last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if last in ("text", "literal_column"):
                return True
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.args)


def _options(walk: Walk, frame: Frame, node: ast.Call, base: Statement) -> Statement:
    options, hazards = options_of(walk, frame, node.args)
    call = Site(frame.module, node)
    return replace(
        base,
        options=(*base.options, *options),
        option_calls=(*base.option_calls, call),
        hazards=base.hazards | hazards,
        whole=call if base.whole else None,
    )


def loaded(statement: Statement, column: int) -> dict[tuple[str, ...], Hop]:
    """The paths from one of its entities that a statement's options already speak of."""
    entity = statement.entities[column] if column < len(statement.entities) else None
    if entity is None:
        return {}
    return {
        hop.path: hop
        for option in statement.options
        if option.root == rooted(entity)
        for hop in option.hops
    }


def fetched(
    walk: Walk, frame: Frame, node: ast.Call, statement: Statement, session: Session | None,
    *, streamed: bool = False,
) -> Fetch:  # fmt: skip
    """Note that a statement is run."""
    awaited = id(node) in frame.awaited or bool(session and session.is_async)
    streamed = streamed or "yield-per" in statement.hazards
    site = Site(frame.module, node)
    fetch = Fetch(statement, site, session, awaited, len(walk.events), streamed)
    walk.record(Fetched, frame, node, fetch=fetch)
    return fetch


def _run(walk: Walk, frame: Frame, node: ast.Call, base: Statement, name: str) -> Value:
    """Run a legacy query."""
    if name in _CHANGES:
        what = f"`{ast.unparse(node.func)[-60:]}()` changes rows between the query and the access"
        walk.record(Wrote, frame, node, what=what, session=base.session)
        return None
    fetch = fetched(walk, frame, node, base, base.session)
    result = Result(fetch, scalars=len(base.entities) == 1)
    if name == "all":
        return Rows(element_of(result), fetch)
    return single(element_of(result))


def iterated(walk: Walk, frame: Frame, node: ast.expr, value: Value) -> Value:
    """A value that is looped over: a legacy query runs there."""
    if isinstance(value, Statement) and value.kind == "query":
        call = node if isinstance(node, ast.Call) else ast.copy_location(
            ast.Call(node, [], []), node
        )  # fmt: skip
        fetch = fetched(walk, frame, call, value, value.session)
        return Rows(element_of(Result(fetch, len(value.entities) == 1)), fetch, is_list=False)
    return value


def result_method(walk: Walk, frame: Frame, node: ast.Call, base: Result, name: str) -> Value:
    """A method of a result."""
    for argument in node.args:
        walk.evaluate(walk, frame, argument)
    if name == "scalars" and not node.args:
        return replace(base, scalars=True)
    if name in ("unique", "tuples", "columns", "yield_per"):
        return base
    if name in ("all", "fetchall", "fetchmany"):
        whole = base.fetch if name != "fetchmany" else None
        return Rows(element_of(base), whole)
    if name == "partitions":
        return Rows(Rows(element_of(base)))
    if name.startswith("scalar"):
        return single(element_of(replace(base, scalars=True)))
    if name in ("first", "one", "one_or_none", "fetchone"):
        return single(element_of(base))
    return None
