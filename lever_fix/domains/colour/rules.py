"""Which functions can become async, and which are entry points that must stay as they are."""

from __future__ import annotations

import ast

from lever_fix.domains.colour.published import is_application
from lever_fix.domains.colour.runners import is_test_file
from lever_fix.domains.http.calls import own_nodes
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import (
    CACHES,
    ENTRIES,
    ENTRY_OBJECTS,
    GROUP_METHODS,
    GROUPS,
    HARMLESS_BASES,
    KNOWN_BASES,
    ROUTERS,
    ROUTES,
    TRANSPARENT,
)
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted, names_from, qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

HOOKS = frozenset({
    "setUp", "tearDown", "setUpClass", "tearDownClass", "setUpModule", "tearDownModule",
    "setup_method", "teardown_method", "setup_class", "teardown_class", "setup_module",
    "teardown_module", "setup_function", "teardown_function",
})  # fmt: skip
"""What a test runner calls around tests, by its name."""
Verdict = tuple[str, str]
"""Reason code and words."""


def decorator_kind(index: Index, module: Module, node: ast.expr) -> str:
    """What a decorator makes of a function: `plain`, `route`, `entry`, `cache` or `unknown`."""
    func = node.func if isinstance(node, ast.Call) else node
    found = index.resolve_in(module, func)
    name = found if isinstance(found, str) else ""
    if name in CACHES:
        return "cache"
    if name in ENTRIES:
        return "entry"
    if name in TRANSPARENT or name.startswith("pytest.mark."):
        return "plain"
    if isinstance(func, ast.Attribute):
        made = _made(index, module, func.value)
        if made in ROUTERS and func.attr in ROUTES:
            return "route"
        if func.attr in ENTRY_OBJECTS.get(made, ()):
            return "entry"
        group = index.symbol(module, func.value)
        if func.attr in GROUP_METHODS and group is not None and _is_group(index, group):
            return "entry"
    return "unknown"


def _is_group(index: Index, symbol: Symbol, depth: int = 8) -> bool:
    """True for a group of commands: made by click, or by another group."""
    facts = index.function(symbol)
    for name in facts.decorators if facts is not None and depth else ():
        if name in GROUPS:
            return True
        head, _, last = name.rpartition(".")
        above = index.resolve(head, symbol.path) if last == "group" else None
        if isinstance(above, Symbol) and _is_group(index, above, depth - 1):
            return True
    return False


def _made(index: Index, module: Module, node: ast.expr) -> str:
    """The dotted name of what makes an object at module level."""
    found = index.resolve_in(module, node)
    made = index.variable(found) if isinstance(found, Symbol) else None
    if not made or not isinstance(found, Symbol):
        return ""
    resolved = index.resolve(made, found.path)
    maker = index.function(resolved) if isinstance(resolved, Symbol) else None
    if maker is not None and isinstance(resolved, Symbol) and maker.returns.isidentifier():
        home = index.module(resolved.path)
        returned = names_from(home, maker.returns, scopes(home).top) if home else ()
        return next(iter(returned)) if len(returned) == 1 else ""
    return resolved if isinstance(resolved, str) else ""


def is_entry(index: Index, module: Module, function: FunctionNode) -> bool:
    """True for a command, a task or a job: it is called from outside, and not awaited."""
    return any(decorator_kind(index, module, one) == "entry" for one in function.decorator_list)


def is_route(index: Index, module: Module, function: FunctionNode) -> bool:
    """True for a path operation of FastAPI, which may have either colour."""
    return any(decorator_kind(index, module, one) == "route" for one in function.decorator_list)


def is_test(module: Module, function: FunctionNode) -> bool:
    """True for a function that a test runner calls."""
    if not is_test_file(module.path):
        return False
    named = function.name.startswith("test") or function.name in HOOKS
    return named or fixture_decorator(function) is not None


def fixture_decorator(function: FunctionNode) -> ast.expr | None:
    """The decorator that makes a function a fixture."""
    for one in function.decorator_list:
        name = dotted(one.func if isinstance(one, ast.Call) else one) or ""
        if "fixture" in name:
            return one
    return None


def cannot_turn(index: Index, module: Module, symbol: Symbol) -> Verdict | None:
    """Why a function cannot become async; None where it can."""
    node, facts = index.node(symbol), index.function(symbol)
    if not isinstance(node, FunctionNode) or facts is None:
        return "unknown-function", f"`{symbol.name}` is no function that can be seen"
    if twin := _defined_twice(module, symbol.name):
        return "defined-twice", f"`{twin}` is defined more than once"
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own_nodes(node)):
        return "generator", f"`{symbol.name}` is a generator"
    if _retries_otherwise(module, node):
        return "retrying", f"`{symbol.name}` has a `Retrying` that cannot become async as it is"
    if facts.in_function:
        return "nested-function", f"`{symbol.name}` is defined inside a function"
    if node.name.startswith("__") and node.name.endswith("__"):
        return "dunder", f"Python calls `{symbol.name}` itself, and does not await it"
    for one in node.decorator_list:
        if verdict := _about_decorator(index, module, symbol, one):
            return verdict
    return _about_class(index, symbol, node.name) if facts.in_class else None


def retry_loops(module: Module, function: FunctionNode) -> list[ast.For]:
    """The loops over tenacity's `Retrying` that become loops over `AsyncRetrying`."""
    return [
        node
        for node in own_nodes(function)
        if isinstance(node, ast.For)
        and isinstance(node.iter, ast.Call)
        and qualified_name(module, node.iter.func) == "tenacity.Retrying"
        and not any(one.arg in (None, "sleep") for one in node.iter.keywords)
    ]


def _retries_otherwise(module: Module, function: FunctionNode) -> bool:
    """True for a `Retrying` that is called, kept, or sleeps in a way of its own."""
    known = {
        loop.iter.func for loop in retry_loops(module, function) if isinstance(loop.iter, ast.Call)
    }
    return any(
        isinstance(node, ast.Name | ast.Attribute)
        and node not in known
        and qualified_name(module, node) == "tenacity.Retrying"
        for node in own_nodes(function)
    )


def _defined_twice(module: Module, name: str) -> str:
    """The function, or a class around it, that several definitions share a name with."""
    counts: dict[str, int] = {}
    for scope in scopes(module).every:
        if scope.kind in ("function", "class"):
            counts[scope.qualified_name] = counts.get(scope.qualified_name, 0) + 1
    parts = name.split(".")
    around = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next((one for one in around if counts.get(one, 0) > 1), "")


def _about_decorator(
    index: Index, module: Module, symbol: Symbol, node: ast.expr
) -> Verdict | None:
    kind = decorator_kind(index, module, node)
    name = dotted(node.func if isinstance(node, ast.Call) else node) or "a decorator"
    if kind == "cache":
        return "decorator", f"`@{name}` of `{symbol.name}` would get a coroutine for a value"
    if kind == "unknown":
        return "decorator", f"what `@{name}` makes of `{symbol.name}` is not known"
    return None


def _about_class(index: Index, symbol: Symbol, name: str) -> Verdict | None:
    facts = index.function(symbol)
    assert facts is not None
    owner = Symbol(symbol.path, facts.in_class)
    for one in index.mro(owner)[1:]:
        if isinstance(one, Symbol):
            base = index.klass(one)
            if base is not None and name in base.members:
                return "override", f"`{symbol.name}` overrides `{one.name}.{name}`"
        elif one not in HARMLESS_BASES and not _keeps_clear(one, name):
            return "override", f"`{symbol.name}` may override what `{one}` calls"
    for one in index.subclasses(owner):
        below = index.klass(one)
        if below is not None and name in below.members:
            return "override", f"`{one.name}.{name}` overrides `{symbol.name}`"
    return None


def _keeps_clear(base: str, name: str) -> bool:
    """True where a base calls its methods by known names, and this is none of them."""
    return base in KNOWN_BASES and not name.startswith(KNOWN_BASES[base])


def is_public(index: Index, symbol: Symbol) -> str:
    """Where a function is made public: in `__all__`, or by a package; empty where it is not.

    An application has no public functions: nobody installs it to import from it.
    """
    top, _, rest = symbol.name.partition(".")
    if any(part.startswith("_") for part in (top, rest) if part):
        return ""
    if is_application(index, symbol.path):
        return ""
    own = index.facts.get(symbol.path)
    if own is not None and own.exports and top in own.exports:
        return symbol.path
    offers = index.remember("offered-by-packages", lambda: _offers(index))
    return str(offers.get(Symbol(symbol.path, top)) or offers.get(Symbol(symbol.path, "")) or "")


def _offers(index: Index) -> dict[Symbol, str]:
    """What the packages of the project import from their modules, by what it is there."""
    found: dict[Symbol, str] = {}
    for path, facts in index.facts.items():
        if not path.endswith("__init__.py"):
            continue
        for target in facts.imports.values():
            known = index.resolve(target, path)
            # A module that a package imports is no offer of all that is in it.
            if isinstance(known, Symbol) and known.name and known.path != path:
                found.setdefault(known, path)
        for star in facts.stars:
            if (star_path := index.layout.find(star, path)) is not None:
                found.setdefault(Symbol(star_path, ""), path)
    return found
