"""Who makes, gets and uses a response across functions, and whether all of them can follow."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from lever_fix.domains.colour.plan import Barrier
from lever_fix.domains.colour.rules import (
    cannot_turn,
    is_entry,
    is_public,
    is_route,
    is_test,
)
from lever_fix.domains.colour.sites import Site, sites_of
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.flow import Flow
from lever_fix.domains.http.followed import returns_else
from lever_fix.domains.http.ground import Ground
from lever_fix.domains.http.sites import Study
from lever_fix.index.index import Symbol
from lever_fix.semantics.scopes import FunctionNode, scopes


def trace(ground: Ground, seeds: Iterable[Symbol]) -> None:
    """Follow responses from function to function until nothing new is found.

    Those of functions that stay as they are, are responses of the library, and are not followed.

    Args:
        ground: What all plans stand on; its flow is made anew.
        seeds: The functions that send requests.
    """
    flow = ground.restart()
    pending = list(seeds)
    while pending:
        symbol = pending.pop()
        found = ground.study_of(symbol) if symbol not in ground.left else None
        for hand in found.hands if isinstance(found, Study) else ():
            if hand.callee is None and symbol not in flow.returns:
                flow.returns.add(symbol)
                for caller in _callers(ground, symbol):
                    flow.gets.setdefault(caller, set()).add(symbol)
                    pending.append(caller)
            elif hand.callee is not None:
                known = flow.takes.setdefault(hand.callee, set())
                if hand.parameter not in known:
                    known.add(hand.parameter)
                    pending.append(hand.callee)


def _callers(ground: Ground, symbol: Symbol) -> list[Symbol]:
    return [one.symbol for one in _sites(ground, symbol) if one.symbol is not None]


def _sites(ground: Ground, symbol: Symbol) -> list[Site]:
    """The places that name a function, exports aside."""
    return [
        one
        for one in sites_of(ground.index, symbol)
        if not isinstance(getattr(one.node, "ctx", None), ast.Store | ast.Del)
    ]


def follows(ground: Ground, symbol: Symbol) -> list[Symbol] | Barrier:
    """The functions that share a response with one; or the place that cannot follow."""
    found: list[Symbol] = []
    flow = ground.flow
    if symbol in flow.returns:
        if barrier := _cannot_give(ground, symbol):
            return barrier
        found += _callers(ground, symbol)
    if symbol in flow.takes:
        if barrier := _cannot_take(ground, flow, symbol):
            return barrier
        found += _callers(ground, symbol)
    studied = ground.study_of(symbol) if flow.returns or flow.takes else None
    if isinstance(studied, Study):
        found += [one.callee for one in studied.hands if one.callee is not None]
    return [one for one in dict.fromkeys(found) if one != symbol]


def _barrier(path: str, words: str, node: ast.AST, *through: str) -> Barrier:
    return Barrier(Blocked("response-escapes", words, node), path, through)


def _outside(ground: Ground, symbol: Symbol) -> str:
    """Who else may use what a function takes or returns; empty for nobody."""
    module, node = ground.index.module(symbol.path), ground.index.node(symbol)
    assert module is not None
    assert isinstance(node, FunctionNode)
    if where := is_public(ground.index, symbol):
        return f"which is public by {where}"
    if is_route(ground.index, module, node) or is_entry(ground.index, module, node):
        return "which its framework calls"
    if not any(one.call is not None for one in _sites(ground, symbol)):
        return "which nothing in the project calls"
    return ""


def _cannot_give(ground: Ground, symbol: Symbol) -> Barrier | None:
    """A caller of a function that returns a response, and cannot be rewritten with it."""
    node = ground.index.node(symbol)
    assert node is not None
    if outside := _outside(ground, symbol):
        words = f"the response leaves the project by `{symbol.name}`, {outside}"
        return _barrier(symbol.path, words, node)
    studied = ground.study_of(symbol)
    if isinstance(studied, Study) and (other := returns_else(studied)) is not None:
        words = f"`{symbol.name}` returns a response at times, and something else at others"
        return _barrier(symbol.path, words, other)
    for site in _sites(ground, symbol):
        where = _where(site)
        if not site.certain or site.call is None or site.symbol is None:
            words = f"`{symbol.name}` returns a response, and who gets it here is not known"
            return _barrier(site.module.path, words, site.node, where)
        if _is_in_test(site):
            words = f"`{symbol.name}` returns a response, which a test uses"
            return _barrier(site.module.path, words, site.node, where)
        if not ground.flow.gives(site.module, site.call):
            words = f"it may be `{symbol.name}`, which returns a response"
            return _barrier(site.module.path, words, site.node, where)
    return None


def _cannot_take(ground: Ground, flow: Flow, symbol: Symbol) -> Barrier | None:
    """A call of a function that takes a response, which gives it anything else."""
    module, node = ground.index.module(symbol.path), ground.index.node(symbol)
    assert module is not None
    assert isinstance(node, FunctionNode)
    if outside := _outside(ground, symbol):
        words = f"the response goes to `{symbol.name}`, {outside}"
        return _barrier(symbol.path, words, node)
    if verdict := cannot_turn(ground.index, module, symbol):
        return Barrier(Blocked(*verdict, node), symbol.path, ())
    for site in _sites(ground, symbol):
        studied = ground.study_of(site.symbol) if site.symbol else None
        hands = studied.hands if isinstance(studied, Study) else []
        start = site.module.span(site.node).start
        given = {one.parameter for one in hands if one.callee == symbol and one.start == start}
        if isinstance(studied, Blocked) and site.symbol is not None:
            continue  # it is refused for its own reason, with all of the plan
        if given != flow.takes[symbol] or _is_in_test(site):
            words = f"`{symbol.name}` takes a response of a call, and something else here"
            return _barrier(site.module.path, words, site.node, _where(site))
    return None


def _is_in_test(site: Site) -> bool:
    return isinstance(site.function, FunctionNode) and is_test(site.module, site.function)


def _where(site: Site) -> str:
    name = site.symbol.name if site.symbol else "<module>"
    if site.symbol is None and scopes(site.module).function_of(site.node) is not None:
        name = "<lambda>"
    return f"{site.module.path}:{name}"
