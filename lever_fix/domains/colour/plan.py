"""The functions that must become async for some of them to be: leaf first, up to the roots.

A plan ends where the calls are awaited by functions that are async already, at entry points (which
stay as they are, and run what was their body in an event loop), and at tests. Where a caller can
neither await nor be turned, all that leads to it is left alone, with the path to what blocks it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lever_fix.domains.colour.blocking import blocks_elsewhere
from lever_fix.domains.colour.entries import cannot_be_shell, is_shell, runs_in_place
from lever_fix.domains.colour.handed import Threaded, advice, threaded
from lever_fix.domains.colour.likely import is_likely
from lever_fix.domains.colour.receivers import class_of
from lever_fix.domains.colour.rules import (
    cannot_turn,
    is_public,
    is_route,
    is_test,
)
from lever_fix.domains.colour.runners import TestTurn
from lever_fix.domains.colour.sites import Site, sites_of, symbol_of
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.places import is_findable, nested_expression
from lever_fix.domains.http.uses import handlers_around, named_types
from lever_fix.domains.paths import is_test as in_tests
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import TAKERS, TAKES_EITHER, TAKES_EITHER_METHODS
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes

CONTEXT = {"__enter__": "__aenter__", "__exit__": "__aexit__"}
"""A context manager's methods, and those of an async one."""


@dataclass
class Barrier:
    """What stops a plan.

    Attributes:
        blocked: The reason, and where it stands.
        path: The file it stands in.
        through: The functions from the first one up to it, and what they meet.
    """

    blocked: Blocked
    path: str
    through: tuple[str, ...]


@dataclass
class Turning:
    """What one function's turning async asks of the project.

    Attributes:
        symbol: The function.
        above: Functions that become async with it, or whose handlers must follow.
        awaited: Calls to put `await` before.
        runs: Calls at module level or in tests, to put in `asyncio.run`.
        threads: Threads that run it and are awaited; it is awaited itself in their place.
        passes: Calls of async functions that its errors pass through.
        contexts: `with` statements around it that become `async with`.
        context_modules: The module of each.
        is_async: True where it is async already.
        is_shell: True where it stays, and its body moves into an async function.
        is_test: True for a test that cannot stay: it keeps an object open that must be awaited.
        test: How it becomes async, where it is a test.
        stays: True where it is rewritten with the others, and need not turn.
        follows: Functions that are rewritten with it, and need not turn for it.
        guessed: Calls that are taken for calls of it.
        again: Calls of itself in an entry point, which must skip the loop.
        barrier: What stops it.
    """

    symbol: Symbol
    above: list[Symbol] = field(default_factory=list)
    awaited: list[Site] = field(default_factory=list)
    runs: list[Site] = field(default_factory=list)
    threads: list[Threaded] = field(default_factory=list)
    passes: list[Site] = field(default_factory=list)
    contexts: list[ast.With] = field(default_factory=list)
    context_modules: list[Module] = field(default_factory=list)
    is_async: bool = False
    is_shell: bool = False
    is_test: bool = False
    test: TestTurn | None = None
    stays: bool = False
    follows: list[Symbol] = field(default_factory=list)
    again: list[Site] = field(default_factory=list)
    guessed: list[Site] = field(default_factory=list)
    barrier: Barrier | None = None


@dataclass
class Colours:
    """What is known of each function so far.

    Attributes:
        index: The project.
        public: Whether public functions may turn, too.
        refuses: Says why a function's own body stops it.
        raises: Says whether an expression names an exception of the library.
        library: The name of the library.
        seeds: The functions that send requests themselves.
        leading: The functions that lead to one of them, and they.
        together: The class of a method and all its methods that must turn with it, if there are.
        beside: Other functions that must turn with one for another reason.
        follows: Functions that something is handed to or got from, so that they are rewritten, too.
        waits: Says whether what is rewritten in a function has to be awaited.
    """

    index: Index
    public: bool
    refuses: Callable[[Symbol], Blocked | None]
    together: Callable[[Symbol], tuple[Symbol, list[Symbol]] | None]
    raises: Callable[[Module, ast.expr], bool]
    library: str
    beside: Callable[[Symbol], list[Symbol]]
    follows: Callable[[Symbol], list[Symbol] | Barrier]
    waits: Callable[[Symbol], bool]
    seeds: frozenset[Symbol] = frozenset()
    leading: frozenset[Symbol] = frozenset()
    turnings: dict[tuple[Symbol, bool], Turning] = field(default_factory=dict)

    def turning(self, symbol: Symbol, turns: bool = True) -> Turning:
        """What the turning of one function, or its staying, asks for, worked out once."""
        found = self.turnings.get((symbol, turns))
        if found is None:
            make = _turning if turns else _staying
            found = self.turnings[symbol, turns] = make(self, symbol)
        return found

    def forget(self, symbols: set[Symbol]) -> None:
        """Look at some functions anew when they are asked for again."""
        self.turnings = {key: one for key, one in self.turnings.items() if key[0] not in symbols}

    def closure(self, seed: Symbol) -> list[Turning] | Barrier:
        """Everything that must turn for a function to turn; or what stops it."""
        found: dict[Symbol, Turning] = {}
        pending: list[tuple[Symbol, tuple[str, ...], bool]] = [(seed, (), True)]
        while pending:
            symbol, path, turns = pending.pop(0)
            known = found.get(symbol)
            if known is not None and not (known.stays and turns):
                continue
            here = (*path, f"{symbol.path}:{symbol.name}")
            one = found[symbol] = self.turning(symbol, turns or self.waits(symbol))
            if one.is_test and symbol == seed:
                return _itself_a_test(self.index, symbol)
            if one.barrier is not None:
                barrier = one.barrier
                return Barrier(barrier.blocked, barrier.path, (*here, *barrier.through))
            pending += [(above, here, True) for above in one.above]
            pending += [(other, here, False) for other in one.follows]
        return list(found.values())


def _itself_a_test(index: Index, symbol: Symbol) -> Barrier:
    words = f"`{symbol.name}` is a test, which its runner calls"
    return _barrier(symbol.path, "test", words, index.node(symbol), f"{symbol.path}:{symbol.name}")


def _turning(colours: Colours, symbol: Symbol) -> Turning:
    turning = Turning(symbol)
    index = colours.index
    module, node = index.module(symbol.path), index.node(symbol)
    if module is None or not isinstance(node, FunctionNode):
        turning.barrier = _barrier(symbol.path, "unknown-function", "it cannot be seen", None)
        return turning
    turning.is_async = isinstance(node, ast.AsyncFunctionDef)
    if blocked := colours.refuses(symbol):
        turning.barrier = Barrier(blocked, symbol.path, ())
    elif (together := colours.together(symbol)) and node.name in CONTEXT:
        _constructions(colours, turning, together[0])
    elif turning.is_async:
        _errors_pass(colours, turning, symbol)
    elif is_test(module, node):
        turning.is_test = True
    elif is_shell(index, module, node, symbol):
        turning.is_shell = True
        turning.again = [one for one in sites_of(index, symbol) if one.symbol == symbol]
        if verdict := cannot_be_shell(node, turning.again):
            turning.barrier = _barrier(symbol.path, *verdict, node)
        else:
            _errors_pass(colours, turning, symbol)
    elif verdict := cannot_turn(index, module, symbol):
        turning.barrier = _barrier(symbol.path, *verdict, node)
    else:
        _callers(colours, turning, module, node)
    if turning.barrier is None and (together := colours.together(symbol)):
        turning.above += [one for one in together[1] if one != symbol]
    turning.above += colours.beside(symbol)
    return _with_follows(colours, turning)


def _staying(colours: Colours, symbol: Symbol) -> Turning:
    """A function that is rewritten for what it gets, and does not turn."""
    turning = Turning(symbol, stays=True)
    if blocked := colours.refuses(symbol):
        turning.barrier = Barrier(blocked, symbol.path, ())
    return _with_follows(colours, turning)


def _with_follows(colours: Colours, turning: Turning) -> Turning:
    found = colours.follows(turning.symbol) if turning.barrier is None else []
    if isinstance(found, Barrier):
        turning.barrier = found
    else:
        turning.follows = found
    return turning


def _constructions(colours: Colours, turning: Turning, owner: Symbol) -> None:
    """Everybody who makes an object of the class must do so in a `with` that can be async."""
    for site in sites_of(colours.index, owner):
        if site.call is None and not _is_value(site):
            continue
        known = scopes(site.module)
        item = known.parent(site.call) if site.call else None
        around = known.parent(item) if isinstance(item, ast.withitem) else None
        above = site.symbol
        if not isinstance(around, ast.With) or len(around.items) > 1 or above is None:
            words = f"`{owner.name}` is made here, and not in a `with` of its own in a function"
            turning.barrier = _barrier(
                site.module.path, "session-on-self", words, site.node, _where(site)
            )
            return
        turning.contexts.append(around)
        turning.context_modules.append(site.module)
        turning.above.append(above)


def _is_value(site: Site) -> bool:
    """False where a class is named in an annotation or by an import, not as a value."""
    known = scopes(site.module)
    below: ast.AST = site.node
    for above in known.ancestors(site.node):
        if isinstance(above, ast.arg) or (
            isinstance(above, ast.AnnAssign) and below is above.annotation
        ):
            return False
        if isinstance(above, FunctionNode):
            return below is not above.returns
        below = above
    return True


def _errors_pass(colours: Colours, turning: Turning, start: Symbol) -> None:
    """Errors pass to those who await a function, or start its loop; their handlers must follow."""
    index, seen, pending = colours.index, {start}, [start]
    while pending:
        for site in sites_of(index, pending.pop()):
            above = site.symbol
            if site.call is None or not site.certain or above in seen:
                continue
            handles = _handles_its_errors(colours, site)
            if above is not None:
                seen.add(above)
                pending.append(above)
            if not handles:
                continue
            if above is None or not isinstance(site.function, ast.AsyncFunctionDef):
                name = above.name if above is not None else site.module.path
                words = f"`{name}` handles errors of HTTP requests around an event loop"
                turning.barrier = _barrier(site.module.path, "mixed-errors", words, site.node)
                return
            turning.passes.append(site)
            turning.above.append(above)


def _handles_its_errors(colours: Colours, site: Site) -> bool:
    return any(
        colours.raises(site.module, one)
        for handler in handlers_around(site.module, site.node)
        for one in named_types(handler)
    )


def _barrier(path: str, code: str, words: str, node: ast.AST | None, *through: str) -> Barrier:
    return Barrier(Blocked(code, words, node or ast.Pass()), path, through)


def _callers(colours: Colours, turning: Turning, module: Module, node: FunctionNode) -> None:
    """Look at every place that names a function that is to turn."""
    index, symbol = colours.index, turning.symbol
    if not colours.public and (where := is_public(index, symbol)):
        words = f"`{symbol.name}` is public by {where}, and who calls it is not known"
        turning.barrier = _barrier(symbol.path, "public-api", words, node)
        return
    sites = [one for one in sites_of(index, symbol) if not _is_itself(one)]
    for site in sites:
        turning.barrier = _about_site(colours, turning, site)
        if turning.barrier is not None:
            return
    called = any(not _in_tests(one) for one in sites)
    if called or colours.public or in_tests(module.path) or is_route(index, module, node):
        return
    words = f"nothing in the project but tests calls `{symbol.name}`, so who does is not known"
    turning.barrier = _barrier(symbol.path, "no-callers", words, node)


def _in_tests(site: Site) -> bool:
    if isinstance(site.function, ast.AsyncFunctionDef):
        return is_test(site.module, site.function)
    return _test_around(site) is not None


def _is_itself(site: Site) -> bool:
    """True for an export: the name in a list of names, or an import."""
    return isinstance(getattr(site.node, "ctx", None), ast.Store | ast.Del)


def _about_site(colours: Colours, turning: Turning, site: Site) -> Barrier | None:
    module, symbol, name = site.module, turning.symbol, turning.symbol.name
    if not site.certain and is_likely(colours.index, symbol, site):
        turning.guessed.append(site)
    elif not site.certain:
        words = f"it may be `{name}`: what it is called on is not known"
        return _barrier(module.path, "unknown-receiver", words, site.node, _where(site))
    if found := threaded(colours.index, site):
        return _about_thread(colours, turning, found)
    if site.call is None:
        if _takes_either(colours.index, site):
            return None
        words = advice(colours.index, site, name)
        return _barrier(module.path, "handed-on", words, site.node, _where(site))
    if not is_findable(module, site.call):
        words = "its place in the f-string is not known"
        return _barrier(module.path, "in-f-string", words, site.node, _where(site))
    if (test := _test_around(site)) is not None:
        turning.runs.append(replace(site, function=test))
        return None
    if where := nested_expression(module, site.call):
        words = f"`await` cannot stand in {where}"
        return _barrier(module.path, "no-await-here", words, site.node, _where(site), where)
    above = site.symbol
    if above is None:
        words = f"`{name}` is called when {module.path} is imported"
        return _barrier(module.path, "module-level", words, site.node, _where(site))
    if above not in colours.seeds and runs_in_place(colours.index, site, colours.leading):
        turning.runs.append(site)
        _errors_pass(colours, turning, above)
        return turning.barrier
    turning.awaited.append(site)
    if above != symbol and above not in turning.above:
        turning.above.append(above)
    return None


def _about_thread(colours: Colours, turning: Turning, found: Threaded) -> Barrier | None:
    """A function leaves its thread only where nothing else in it would block the event loop."""
    site, symbol = found.site, turning.symbol
    if called := blocks_elsewhere(colours.index, symbol, colours.library):
        words = f"`{symbol.name}` runs in a thread, and `{called}` in it may block the event loop"
        return _barrier(site.module.path, "still-blocking", words, site.node, _where(site))
    turning.threads.append(found)
    if site.symbol is not None and site.symbol not in turning.above:
        turning.above.append(site.symbol)
    return None


def _test_around(site: Site) -> ast.FunctionDef | None:
    """The sync test whose own code, or a lambda in it, a site stands in."""
    functions = (
        one for one in scopes(site.module).ancestors(site.node) if isinstance(one, FunctionNode)
    )
    inner = next(functions, None)
    if not isinstance(inner, ast.FunctionDef) or site.function is None:
        return None
    return inner if is_test(site.module, inner) else None


def _where(site: Site) -> str:
    around = (
        one for one in scopes(site.module).ancestors(site.node) if isinstance(one, FunctionNode)
    )
    function = next(around, None)
    name = symbol_of(site.module, function).name if function else "<module>"
    return f"{site.module.path}:{name}"


def _takes_either(index: Index, site: Site) -> bool:
    """True where the function goes to someone who takes both kinds."""
    above = scopes(site.module).parent(site.node)
    if not isinstance(above, ast.Call):
        return False
    name = index.resolve_in(site.module, above.func)
    if isinstance(above.func, ast.Attribute) and above.func.attr in TAKES_EITHER_METHODS:
        return class_of(index, site.module, above.func.value) in TAKERS
    return isinstance(name, str) and name in TAKES_EITHER
