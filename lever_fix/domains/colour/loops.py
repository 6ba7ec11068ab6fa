"""Event loops that a plan starts, and those that its functions start already.

A loop cannot run inside another one: neither may an entry point that starts one be called from a
function that turns async, nor may what turns reach `asyncio.run` in code that stays as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lever_fix.domains.colour.entries import callers_of
from lever_fix.domains.colour.plan import Barrier, Turning
from lever_fix.domains.colour.rules import is_test
from lever_fix.domains.http.calls import Blocked
from lever_fix.index.facts import Mention
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import LOOP_METHODS, LOOP_STARTERS
from lever_fix.semantics.names import dotted, qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

MAY_START = "`{name}` may come to `{starter}`, which starts an event loop and fails where one runs"
_WORDS = re.compile(
    "|".join(LOOP_METHODS | {name.partition(".")[0] for name in LOOP_STARTERS}).encode()
)


@dataclass(frozen=True)
class Started:
    """A loop that a function comes to start.

    Attributes:
        name: The function that starts it.
        starter: What it calls for that.
        certain: False where only the name of a method on the way is known.
    """

    name: str
    starter: str
    certain: bool


def loops_of(turning: Turning) -> Iterator[Symbol]:
    """The functions, tests aside, in which an event loop is started for a function's turning."""
    if turning.is_shell:
        yield turning.symbol
    for site in turning.runs:
        in_test = isinstance(site.function, FunctionNode) and is_test(site.module, site.function)
        if site.symbol is not None and not in_test:
            yield site.symbol


def nested_loop(
    index: Index, turnings: Collection[Turning], turning: Collection[Turning]
) -> Barrier | None:
    """An entry point of a plan that would start its loop inside another one.

    Args:
        index: The project.
        turnings: The plan.
        turning: Everything that turns, in other plans of the run, too.
    """
    inside = {one.symbol for one in turning if not one.is_async}
    inside -= {symbol for one in turning for symbol in loops_of(one)}
    for symbol in sorted({symbol for one in turnings for symbol in loops_of(one)}):
        for above in sorted(callers_of(index, symbol) - {symbol}):
            facts = index.function(above)
            nested = above.name.startswith(f"{symbol.name}.")
            if above in inside or nested or (facts is not None and facts.is_async):
                words = f"`{symbol.name}` would start an event loop, and `{above.name}`"
                words += " calls it from inside one"
                return _barrier(index, symbol, "nested-loop", words)
    return None


def started_by(index: Index, turnings: Iterable[Turning]) -> Barrier | list[str]:
    """A loop that a plan surely comes to start inside its own; or those that it may start."""
    reasons: list[str] = []
    for one in turnings:
        if one.is_async:
            continue
        started = _first_started(index, one.symbol)
        if started is not None and started.certain:
            words = f"`{started.name}` calls `{started.starter}`, which starts an event loop"
            words += " and cannot do so inside another one"
            return _barrier(index, one.symbol, "nested-loop", words)
        if started is not None:
            reasons.append(MAY_START.format(name=one.symbol.name, starter=started.name))
    return reasons


def _barrier(index: Index, symbol: Symbol, code: str, words: str) -> Barrier:
    node = index.node(symbol)
    assert isinstance(node, FunctionNode)
    return Barrier(Blocked(code, words, node), symbol.path, ("", f"{symbol.path}:{symbol.name}"))


def _first_started(index: Index, symbol: Symbol) -> Started | None:
    """The nearest loop that a function comes to start, by calls of what is no `async def`.

    What is known for certain is looked at first: only then methods of the right name.
    """
    later: list[Symbol] = []
    seen: set[Symbol] = set()
    for certain, pending in ((True, [symbol]), (False, later)):
        while pending:
            one = pending.pop(0)
            if one in seen:
                continue
            seen.add(one)
            for starter, known in _steps(index, one):
                if isinstance(starter, str):
                    return Started(one.name, starter, certain)
                (pending if known or not certain else later).append(starter)
    return None


def _steps(index: Index, symbol: Symbol) -> Iterator[tuple[Symbol | str, bool]]:
    """What a function calls: the name of what starts a loop, or functions, known or likely."""
    starters: dict[str, str] = index.remember(
        ("loop-starters", symbol.path), lambda: _starters(index, symbol.path)
    )
    if symbol.name in starters:
        yield starters[symbol.name], True
    for mention in _mentions(index, symbol):
        if mention.target.startswith("?."):
            methods = index.remember("methods-by-name", lambda: _methods(index))
            last = mention.target.rpartition(".")[2]
            yield from ((one, False) for one in methods.get(last, ()))
            continue
        found = index.mentioned(symbol.path, mention.target, mention.scope)
        if isinstance(found, Symbol) and index.klass(found) is not None:
            found = index.member(found, "__init__")
        facts = index.function(found) if isinstance(found, Symbol) else None
        if isinstance(found, Symbol) and facts is not None and not facts.is_async:
            yield found, True


def _starters(index: Index, path: str) -> dict[str, str]:
    """The functions of a file that start a loop themselves, with what they call for it."""
    index.asked.add(path)
    if not _WORDS.search(index.source(path).view):
        return {}  # most files: they need no tree
    module = index.module(path)
    assert module is not None
    known = scopes(module)
    found: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = qualified_name(module, node.func) or ""
        last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in LOOP_STARTERS or last in LOOP_METHODS:
            scope = known.scope_of(node).qualified_name
            found.setdefault(scope, dotted(node.func) or last)
    return found


def _mentions(index: Index, symbol: Symbol) -> list[Mention]:
    """The calls in a function itself: one inside it may run in a thread."""
    key = "calls-by-function", symbol.path
    by_scope: Mapping[str, list[Mention]] = index.remember(key, lambda: _by_scope(index, symbol))
    return by_scope.get(symbol.name, [])


def _by_scope(index: Index, symbol: Symbol) -> dict[str, list[Mention]]:
    facts = index.facts.get(symbol.path)
    found: dict[str, list[Mention]] = {}
    for mention in facts.mentions if facts else ():
        if mention.is_call:
            found.setdefault(mention.scope, []).append(mention)
    return found


def _methods(index: Index) -> dict[str, list[Symbol]]:
    """Every method of the project that is no `async def`, by its name."""
    found: dict[str, list[Symbol]] = {}
    for path, facts in index.facts.items():
        for name, function in facts.functions.items():
            if function.in_class and not function.is_async:
                found.setdefault(name.rpartition(".")[2], []).append(Symbol(path, name))
    return found
