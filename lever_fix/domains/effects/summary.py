"""The summary of a function: its own effects and those of all it calls, to a fixed point."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import partial

from lever_fix.domains.effects.configured import configured
from lever_fix.domains.effects.local import call_effects, local_effects
from lever_fix.domains.effects.model import (
    Edge,
    Effect,
    Frame,
    Local,
    Origin,
    Summary,
    translated,
)
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.scopes import FunctionNode

MOST_FUNCTIONS = 400
"""Functions followed for one question; what is beyond counts as unknown."""

Key = tuple[str, str, object]


def summary(index: Index, symbol: Symbol, table: Mapping[str, str] | None = None) -> Summary:
    """What a function of the project does, itself and through what it calls.

    Args:
        index: The project.
        symbol: The function.
        table: `[tool.lever-fix.effects]`: effects by patterns of dotted names.
    """
    names = tuple(sorted((table or {}).items()))
    key = "effects", symbol, names
    found: Summary = index.remember(key, lambda: _summary(index, symbol, dict(names)))
    return found


def call_summary(frame: Frame, node: ast.Call, table: Mapping[str, str]) -> Summary:
    """What one call does, as the function that makes it knows it; its arguments left out.

    What it does to things that the function made itself counts: another call may get them too.
    """
    local = call_effects(frame, node, configured(table))
    known: dict[Key, Effect] = {effect.key: effect for effect in local.effects}
    for edge in local.edges:
        callee = summary(frame.index, edge.callee, table)
        _join(known, {effect.key: effect for effect in callee.effects}, edge, outside=True)
    return Summary(tuple(sorted(known.values(), key=_order)))


def relied_on(frame: Frame, node: ast.Call, table: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of all functions of the project that a call may lead to."""
    found: set[str] = set()
    for edge in call_effects(frame, node, configured(table)).edges:
        found.update(symbol.id for symbol in _reached(frame.index, edge.callee, table))
    return tuple(sorted(found))


def _summary(index: Index, symbol: Symbol, table: Mapping[str, str]) -> Summary:
    reached = _reached(index, symbol, table)
    known: dict[Symbol, dict[Key, Effect]] = {
        one: {effect.key: effect for effect in local.effects} for one, local in reached.items()
    }
    changed = True
    while changed:
        changed = False
        for one, local in reached.items():
            for edge in local.edges:
                changed |= _join(known[one], known.get(edge.callee), edge)
    return Summary(tuple(sorted(known[symbol].values(), key=_order)))


def _order(effect: Effect) -> tuple[str, str, str]:
    return effect.kind, effect.what, str(effect.origin)


def _join(
    into: dict[Key, Effect],
    effects: dict[Key, Effect] | None,
    edge: Edge,
    *,
    outside: bool = False,
) -> bool:
    """Add the effects of a callee as its caller knows them; True where that adds any.

    What only touches things that the caller made itself is left out, unless `outside` is True:
    seen from there, the caller's things are not the callee's own.
    """
    if effects is None:
        beyond = Effect("unknown", f"`{edge.callee.name}`", where=edge.where)
        new = beyond.key not in into
        into.setdefault(beyond.key, beyond)
        return new
    before = len(into)
    for effect in list(effects.values()):
        for origin in translated((effect.origin,), edge):
            handed = outside and _is_handed(effect.origin, edge)
            if origin.kind == "own" and effect.kind in ("mutates", "uses") and not handed:
                continue
            via = (edge.callee.name, *effect.via)[:5]
            one = Effect(effect.kind, effect.what, origin, effect.where, via)
            into.setdefault(one.key, one)
    return len(into) != before


def _is_handed(origin: Origin, edge: Edge) -> bool:
    """True for what the caller hands over: an argument that is given, or the receiver."""
    return origin.kind == "self" or (origin.kind == "parameter" and origin.name in edge.arguments)


def _reached(index: Index, symbol: Symbol, table: Mapping[str, str]) -> dict[Symbol, Local]:
    """The local effects of every function that one may call."""
    names = tuple(sorted(table.items()))
    found: dict[Symbol, Local] = {}
    pending = [symbol]
    while pending and len(found) < MOST_FUNCTIONS:
        one = pending.pop(0)
        if one in found:
            continue
        key = "local-effects", one, names
        found[one] = index.remember(key, partial(_local, index, one, table))
        pending += [edge.callee for edge in found[one].edges]
    return found


def _local(index: Index, symbol: Symbol, table: Mapping[str, str]) -> Local:
    module, node = index.module(symbol.path), index.node(symbol)
    if module is None or not isinstance(node, FunctionNode):
        return Local([Effect("unknown", f"`{symbol.name}`, which is no plain function")])
    if is_stub(node):
        return Local([Effect("unknown", f"`{symbol.name}`, which has no body", where=symbol.id)])
    return local_effects(Frame(index, module, node, symbol), configured(table))


def is_stub(node: FunctionNode) -> bool:
    """True for a body that only stands for another one: `...`, `pass`, NotImplementedError."""
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
                return name == "NotImplementedError"
        return False
    return True
