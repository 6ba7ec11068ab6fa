"""Which tests come to start an event loop, and so cannot run in one themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from lever_fix.domains.colour.runners import is_test_file
from lever_fix.domains.http.calls import own_nodes
from lever_fix.errors import SourceError
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import LOOP_METHODS, LOOP_STARTERS
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

_MAY_START = re.compile(
    "|".join(LOOP_METHODS | {name.partition(".")[0] for name in LOOP_STARTERS}).encode()
)
_CALLED_BY_OTHERS = frozenset({"invoke", "delay", "apply_async", "apply", "send"})
"""Methods that run a command or a task, which may start a loop of its own."""
_MOST = 2000
"""Functions followed upwards; a test that is not reached by then counts as one that is."""


def starts_loop(
    index: Index, module: Module, symbol: Symbol, node: FunctionNode, shells: frozenset[Symbol]
) -> bool:
    """True where a test may start an event loop, by itself, in what it calls or in its fixtures.

    Args:
        index: The project.
        module: The module of the test.
        symbol: The test.
        node: The test's definition.
        shells: The entry points that are to start one.
    """
    starters = index.remember(("start-loops", shells), lambda: _starters(index, shells))
    if starters is None or symbol in starters:
        return True
    if _runs_commands(node):
        return True
    for fixture in _fixtures_of(index, module, node):
        held = index.node(fixture)
        if fixture in starters or (isinstance(held, FunctionNode) and _runs_commands(held)):
            return True
    return False


def _runs_commands(node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in _CALLED_BY_OTHERS
        for one in ast.walk(node)
    )


def _starters(index: Index, shells: Iterable[Symbol]) -> set[Symbol] | None:
    """Every function that leads to a loop being started; None where there are too many."""
    found: set[Symbol] = set()
    pending = [*shells, *_by_themselves(index)]
    while pending:
        symbol = pending.pop()
        if symbol in found:
            continue
        if len(found) > _MOST:
            return None
        found.add(symbol)
        above = symbol.name.rpartition(".")[0]
        if above and index.function(Symbol(symbol.path, above)) is not None:
            pending.append(Symbol(symbol.path, above))  # it hands the function inside it on
        pending += [
            Symbol(site.path, site.mention.scope)
            for site in index.callers(symbol)
            if site.mention.scope
        ]
    return found


def _by_themselves(index: Index) -> Iterable[Symbol]:
    for path in index.facts:
        try:
            text = index.source(path).text
        except SourceError:
            continue
        if not _MAY_START.search(text) or (module := index.module(path)) is None:
            continue
        for scope in scopes(module).every:
            node = scope.node
            is_function = isinstance(node, FunctionNode) and scope.kind == "function"
            if is_function and any(_starts(module, one) for one in own_nodes(node)):
                yield Symbol(path, scope.qualified_name)


def _starts(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    is_method = isinstance(node.func, ast.Attribute) and node.func.attr in LOOP_METHODS
    return is_method or qualified_name(module, node.func) in LOOP_STARTERS


def _fixtures_of(index: Index, module: Module, node: FunctionNode) -> set[Symbol]:
    """The fixtures that a test may get, by the names of its parameters and of theirs."""
    named: dict[str, list[Symbol]] = index.remember("fixtures", lambda: _fixtures(index))
    found: set[Symbol] = set()
    pending = [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
    while pending:
        for symbol in named.get(pending.pop(), ()):
            held = index.node(symbol)
            if symbol not in found and isinstance(held, FunctionNode):
                found.add(symbol)
                pending += [one.arg for one in (*held.args.args, *held.args.kwonlyargs)]
    return found


def _fixtures(index: Index) -> dict[str, list[Symbol]]:
    """The fixtures of a project by name."""
    found: dict[str, list[Symbol]] = {}
    for path, facts in index.facts.items():
        if not is_test_file(path) and "conftest" not in path and "fixture" not in path:
            continue
        for name, function in facts.functions.items():
            if any("fixture" in one for one in function.decorators):
                found.setdefault(name.rpartition(".")[2], []).append(Symbol(path, name))
    return found
