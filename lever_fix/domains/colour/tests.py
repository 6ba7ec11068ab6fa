"""Tests that turn async with the functions they call, and those that start a loop for each call.

A sync test awaits nothing, so its calls go through `asyncio.run`. Where the project runs async
tests, a test becomes one instead: with the mark of its plugin, or, in a `unittest.TestCase` that
can be an `IsolatedAsyncioTestCase`, without any. Not where the test would start another loop in
the one it then runs in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from lever_fix.domains.colour.loops import loops_of
from lever_fix.domains.colour.loops_in_tests import starts_loop
from lever_fix.domains.colour.plan import Barrier, Colours, Turning
from lever_fix.domains.colour.rules import HOOKS, fixture_decorator, is_test
from lever_fix.domains.colour.runners import TestRunner, TestTurn, test_runner
from lever_fix.domains.colour.sites import Site, sites_of
from lever_fix.domains.http.calls import Blocked, own_nodes
from lever_fix.domains.http.places import nested_expression
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import ISOLATED, TEST_CASES, TEST_DECORATORS
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

Closures = dict[Symbol, list[Turning]]


def turn_tests(colours: Colours, closures: Closures) -> dict[Symbol, Barrier]:
    """Let the tests of all plans turn where they can, and put them into the plans.

    Args:
        colours: What is known of the functions.
        closures: The plan of each function that sends requests. Tests are added to it, and those
            that a test stops are taken out.

    Returns:
        The functions whose plans are stopped by a test that would have to turn and cannot.
    """
    turnings = {one.symbol: one for found in closures.values() for one in found}
    shells = frozenset(symbol for one in turnings.values() for symbol in loops_of(one))
    required = {one.symbol for one in turnings.values() if one.is_test}
    wanted = dict.fromkeys(required)
    for one in turnings.values():
        wanted.update({site.symbol: None for site in one.runs if site.symbol is not None})
    turned = {symbol: turn for symbol in wanted if (turn := _turn(colours, symbol, shells))}
    for symbol in required - turned.keys():
        words = f"`{symbol.name}` would have to be an async test, and cannot"
        colours.turnings[symbol, True].barrier = _barrier(colours.index, symbol, words)
    _assign(turnings.values(), turned)
    stopped: dict[Symbol, Barrier] = {}
    for seed, found in list(closures.items()):
        _add(colours, found, turned)
        barriers = (one.barrier for one in found if one.barrier is not None)
        if barrier := next(barriers, None):
            stopped[seed] = barrier
            del closures[seed]
    return stopped


def _barrier(index: Index, symbol: Symbol, words: str) -> Barrier:
    node = index.node(symbol) or ast.Pass()
    return Barrier(Blocked("test", words, node), "", ("", f"{symbol.path}:{symbol.name}"))


def _assign(turnings: Iterable[Turning], turned: dict[Symbol, TestTurn]) -> None:
    """Calls in tests that turn are awaited."""
    for one in turnings:
        for site in list(one.runs):
            if site.symbol in turned:
                one.runs.remove(site)
                one.awaited.append(site)
                if site.symbol not in one.above:
                    one.above.append(site.symbol)


def _add(colours: Colours, found: list[Turning], turned: dict[Symbol, TestTurn]) -> None:
    """Put the tests of a plan into it, and with a method all of its class that turn."""
    known = {one.symbol for one in found}
    pending = [above for one in found for above in one.above if above in turned]
    while pending:
        symbol = pending.pop()
        turning = colours.turnings.setdefault((symbol, True), Turning(symbol, is_test=True))
        turning.test = turned[symbol]
        if symbol not in known:
            known.add(symbol)
            found.append(turning)
            case = turned[symbol].case
            pending += [one for one, turn in turned.items() if case and turn.case == case]


def _turn(colours: Colours, symbol: Symbol, shells: frozenset[Symbol]) -> TestTurn | None:
    """How a test becomes async; None where it must not."""
    index = colours.index
    module, node = index.module(symbol.path), index.node(symbol)
    facts = index.function(symbol)
    if module is None or facts is None or not isinstance(node, ast.FunctionDef):
        return None
    if not is_test(module, node):
        return None  # it is an entry point that starts a loop for the one call
    if facts.in_function or colours.refuses(symbol) or _calls_in_lambdas(index, module, node):
        return None
    if any(site.call is not None or site.symbol for site in _calls_of(index, symbol)):
        return None
    if starts_loop(index, module, symbol, node, shells):
        return None
    owner = Symbol(symbol.path, facts.in_class) if facts.in_class else None
    bases = index.mro(owner)[1:] if owner else ()
    if owner and any(one in TEST_CASES for one in bases):
        return _method(index, module, owner, node)
    if node.name in HOOKS or any(not isinstance(one, Symbol) and one != _OBJECT for one in bases):
        return None
    return _function(index, module, node)


_OBJECT = "builtins.object"


def _calls_of(index: Index, symbol: Symbol) -> Iterator[Site]:
    """Where a test is named by others than its runner; a base class's own hook is none."""
    return (
        site
        for site in sites_of(index, symbol)
        if site.certain and not _is_super(site.node) and not _is_request(site)
    )


def _is_super(node: ast.expr) -> bool:
    value = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(value, ast.Call) and getattr(value.func, "id", "") == "super"


def _is_request(site: Site) -> bool:
    """True for the import of a fixture, say, which is no call."""
    return site.call is None and isinstance(getattr(site.node, "ctx", None), ast.Store)


def _function(index: Index, module: Module, node: ast.FunctionDef) -> TestTurn | None:
    """A test or a fixture of pytest."""
    runner = test_runner(index, module.path)
    fixture = fixture_decorator(node)
    if runner is None or not all(_is_known(index, module, one) for one in node.decorator_list):
        return None
    if fixture is None:
        is_generator = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own_nodes(node))
        return None if is_generator else TestTurn(_mark(module, node, runner))
    if not runner.fixture or not _is_plain(fixture) or not _can_be_async_generator(node):
        return None
    strict = runner.fixture != "pytest.fixture"
    return TestTurn("", fixture=runner.fixture if strict else "")


def _is_known(index: Index, module: Module, node: ast.expr) -> bool:
    """True for a decorator that does for an async test what it does for a test."""
    name = index.resolve_in(module, node.func if isinstance(node, ast.Call) else node)
    return isinstance(name, str) and name.startswith(TEST_DECORATORS)


def _is_plain(decorator: ast.expr) -> bool:
    """True for a fixture that is made anew for each test, and only for those that ask for it."""
    if not isinstance(decorator, ast.Call):
        return True
    for one in decorator.keywords:
        function = one.arg == "scope" and getattr(one.value, "value", None) == "function"
        if one.arg not in ("name", "params", "ids") and not function:
            return False
    return not decorator.args


def _can_be_async_generator(node: FunctionNode) -> bool:
    nodes = list(own_nodes(node))
    if not any(isinstance(one, ast.Yield) for one in nodes):
        return not any(isinstance(one, ast.YieldFrom) for one in nodes)
    return not any(
        isinstance(one, ast.YieldFrom) or (isinstance(one, ast.Return) and one.value is not None)
        for one in nodes
    )


def _mark(module: Module, node: ast.FunctionDef, runner: TestRunner) -> str:
    """The mark that a test lacks: it may have it, or its class or its module."""
    if not runner.mark:
        return ""
    marked: list[ast.AST] = [*node.decorator_list]
    suites = [module.tree.body]
    for above in scopes(module).ancestors(node):
        if isinstance(above, ast.ClassDef):
            marked += above.decorator_list
            suites.append(above.body)
    for suite in suites:
        marked += [one.value for one in suite if isinstance(one, ast.Assign) and _is_marks(one)]
    named = (
        qualified_name(module, one)
        for part in marked
        for one in ast.walk(part)
        if isinstance(one, ast.Attribute)
    )
    return "" if runner.mark in named else runner.mark


def _is_marks(statement: ast.Assign) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "pytestmark" for one in statement.targets)


def _method(index: Index, module: Module, owner: Symbol, node: ast.FunctionDef) -> TestTurn | None:
    """A method of a `unittest.TestCase` that can be an `IsolatedAsyncioTestCase`."""
    klass = index.node(owner)
    if not isinstance(klass, ast.ClassDef) or len(klass.bases) != 1 or klass.keywords:
        return None
    base = index.resolve_in(module, klass.bases[0])
    methods = {one.name for one in klass.body if isinstance(one, FunctionNode)}
    decorators = [*klass.decorator_list, *node.decorator_list]
    if (
        base not in TEST_CASES
        or index.subclasses(owner)
        or methods & {"run", "debug", "__call__", "defaultTestResult"}
        or not all(_is_known(index, module, one) for one in decorators)
    ):
        return None
    renamed = ""
    if node.name in HOOKS:
        renamed = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}.get(node.name, "")
        if not renamed or renamed in methods:
            return None
    return TestTurn("", case=owner, rebased=base != ISOLATED, renamed=renamed)


def _calls_in_lambdas(index: Index, module: Module, node: ast.FunctionDef) -> bool:
    """True where a call of the project stands where no `await` can: the test needs another loop."""
    for one in ast.walk(node):
        if not isinstance(one, ast.Call) or index.symbol(module, one.func) is None:
            continue
        inner = scopes(module).function_of(one)
        if inner is not node or nested_expression(module, one):
            return True
    return False
