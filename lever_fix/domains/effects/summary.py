"""The summary of a function: its own effects and those of all it calls, to a fixed point."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import partial
from typing import Literal

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

MOST_FUNCTIONS = 150
"""Functions followed for one question; what is beyond counts as unknown."""

Key = tuple[str, str, object]


Until = Literal["all", "no read", "no item"]
"""How far to look: at all there is, or until it is clear that a call is no plain read, or that
it touches more than an item of its own."""

_ENDS: Mapping[str, frozenset[str]] = {
    "all": frozenset(),
    "no read": frozenset({"ordered", "writes"}),
    "no item": frozenset({"ordered", "unknown"}),
}
_EVERYWHERE = frozenset({"closure", "global", "unknown"})


def summary(
    index: Index, symbol: Symbol, table: Mapping[str, str] | None = None, until: Until = "all"
) -> Summary:
    """What a function of the project does, itself and through what it calls.

    Args:
        index: The project.
        symbol: The function.
        table: `[tool.lever-fix.effects]`: effects by patterns of dotted names.
        until: How far to look.
    """
    names = tuple(sorted((table or {}).items()))
    whole: Summary | None = index.remember(("whole-effects", names), dict).get(symbol)
    key = "effects", symbol, names, "all" if whole else until
    found: Summary = index.remember(key, lambda: _summary(index, symbol, dict(names), until))
    return found


def call_summary(frame: Frame, node: ast.Call, table: Mapping[str, str], until: Until) -> Summary:
    """What one call does, as the function that makes it knows it; its arguments left out.

    What it does to things that the function made itself counts: another call may get them too.
    """
    local = call_effects(frame, node, configured(table))
    known: dict[Key, Effect] = {effect.key: effect for effect in local.effects}
    for edge in local.edges:
        callee = summary(frame.index, edge.callee, table, until)
        _join(known, {effect.key: effect for effect in callee.effects}, edge, outside=True)
    return _sorted(known)


def relied_on(frame: Frame, node: ast.Call, table: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of all functions of the project that a call may lead to."""
    found: set[str] = set()
    for edge in call_effects(frame, node, configured(table)).edges:
        found.update(symbol.id for symbol in _reached(frame.index, edge.callee, table, {}))
    return tuple(sorted(found))


def _summary(index: Index, symbol: Symbol, table: Mapping[str, str], until: Until) -> Summary:
    """The fixed point over all that a function may call; what is whole is kept for all of them."""
    names = tuple(sorted(table.items()))
    whole: dict[Symbol, Summary] = index.remember(("whole-effects", names), dict)
    reached = _reached(index, symbol, table, whole, until)
    known: dict[Symbol, dict[Key, Effect]] = {}
    for one, local in reached.items():
        effects = whole[one].effects if one in whole else tuple(local.effects)
        known[one] = {effect.key: effect for effect in effects}
    changed = True
    while changed:
        changed = False
        for one, local in reversed(reached.items()):  # callees mostly come later
            for edge in local.edges:
                changed |= _join(known[one], known.get(edge.callee), edge)
    found = {one: _sorted(effects) for one, effects in known.items()}
    if all(edge.callee in known for local in reached.values() for edge in local.edges):
        for one in reached.keys() - whole.keys():
            whole[one] = found[one]
            index.remember(
                ("effects", one, names, "all"), partial(_noted, index, reached, names, found[one])
            )
    return found[symbol]


def _sorted(effects: Mapping[Key, Effect]) -> Summary:
    return Summary(tuple(sorted(effects.values(), key=_order)))


def _noted(
    index: Index,
    reached: Mapping[Symbol, Local],
    names: tuple[tuple[str, str], ...],
    found: Summary,
) -> Summary:
    """A summary, with all that it stands on noted as asked for."""
    for one in reached:
        index.asked.add(one.path)
        index.remember(("local-effects", one, names), Local)
    return found


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


def _reached(
    index: Index,
    symbol: Symbol,
    table: Mapping[str, str],
    whole: Mapping[Symbol, Summary],
    until: Until = "all",
) -> dict[Symbol, Local]:
    """The local effects of every function that one may call; of those known whole, none."""
    names = tuple(sorted(table.items()))
    found: dict[Symbol, Local] = {}
    pending = [symbol]
    while pending and len(found) < MOST_FUNCTIONS:
        one = pending.pop(0)
        if one in found:
            continue
        if one in whole:
            index.remember(("effects", one, names, "all"), Summary)
            found[one] = Local()
            if any(_ends(effect, until) for effect in whole[one].effects):
                break
            continue
        key = "local-effects", one, names
        found[one] = index.remember(key, partial(_local, index, one, table))
        if any(_ends(effect, until) for effect in found[one].effects):
            break
        pending += [edge.callee for edge in found[one].edges]
    return found


def _ends(effect: Effect, until: Until) -> bool:
    """Whether an effect, which every caller has as well, makes the question clear."""
    if until != "all" and effect.kind == "mutates":
        return effect.origin.kind in _EVERYWHERE
    return effect.kind in _ENDS[until]


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
