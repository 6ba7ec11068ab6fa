"""What tests put in the place of functions that turn async, and what becomes of it.

`mock.patch` makes an `AsyncMock` by itself where its target is an `async def`, and what it is told
to return is what an `await` gives. A function put there by hand must become async, too; what cannot
be followed stops the plan, with the test that does it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

from lever_fix.domains.colour.patched import Patched, patches_in
from lever_fix.domains.colour.receivers import class_of
from lever_fix.domains.colour.written import Written
from lever_fix.domains.http.calls import Blocked, own_nodes
from lever_fix.domains.paths import is_test
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import ASYNC_MOCK, MOCKS
from lever_fix.model import Import
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted, qualified_name
from lever_fix.semantics.scopes import scopes

_TOLD = frozenset({"return_value", "side_effect"})


@dataclass
class Doubles:
    """What must follow in one test file.

    Attributes:
        module: The file.
        lambdas: Lambdas to put in an `AsyncMock`.
        functions: Functions that become async.
        mocks: Calls that make a mock, which is to be an `AsyncMock`.
    """

    module: Module
    lambdas: list[ast.Lambda] = field(default_factory=list)
    functions: list[ast.FunctionDef] = field(default_factory=list)
    mocks: list[ast.Call] = field(default_factory=list)


def doubles_of(
    index: Index, turned: Collection[Symbol], library: str
) -> tuple[list[Doubles], str, Blocked | None]:
    """What tests put in the place of functions that turn.

    Args:
        index: The project.
        turned: The functions.
        library: The library whose errors they raise no more.

    Returns:
        What must follow in each file; the file and the reason, where one cannot.
    """
    found: list[Doubles] = []
    names = {one.name.rpartition(".")[2] for one in turned}
    for path in sorted(path for path in index.facts if is_test(path)):
        text = index.source(path).view
        if not any(name.encode() in text for name in names):
            continue
        module = index.module(path)
        if module is None:
            continue
        one = Doubles(module)
        blocked = _read(index, one, turned, names, library) or _stands_in(index, module, turned)
        if blocked is not None:
            return [], path, blocked
        if one.lambdas or one.functions or one.mocks:
            found.append(one)
    return found, "", None


def _read(
    index: Index, found: Doubles, turned: Collection[Symbol], names: set[str], library: str
) -> Blocked | None:
    module = found.module
    for patched in patches_in(index, module):
        if patched.name not in names:
            continue
        if patched.symbol is None:
            words = f"what `{patched.name}` is replaced of is not known"
            return Blocked("mocked-in-tests", words, patched.call)
        if patched.symbol not in turned:
            continue
        if _names_library(module, patched.call, library):
            words = f"the double of `{patched.name}` raises errors of {library}"
            return Blocked("mocked-in-tests", words, patched.call)
        if patched.value is None:
            blocked = _is_told(module, patched)
        else:
            blocked = _follow(index, found, patched, patched.value, library)
        if blocked is not None:
            return blocked
    return None


def _names_library(module: Module, node: ast.AST, library: str) -> bool:
    return any(
        isinstance(one, ast.Name | ast.Attribute)
        and (qualified_name(module, one) or "").partition(".")[0] == library
        for one in ast.walk(node)
    )


def _is_told(module: Module, patched: Patched) -> Blocked | None:
    """A mock that `patch` makes: it must be told what to return, as a call of it is no value."""
    for one in patched.call.keywords:
        if one.arg == "new_callable" and qualified_name(module, one.value) != ASYNC_MOCK:
            words = f"a mock of another kind takes the place of `{patched.name}`"
            return Blocked("mocked-in-tests", words, patched.call)
    told = any(one.arg in _TOLD for one in patched.call.keywords)
    return _by_name(module, patched.call, patched.bound, patched.inside, told, patched.name)


def _by_name(
    module: Module, call: ast.Call, bound: str, inside: ast.AST | None, told: bool, name: str
) -> Blocked | None:
    """Look at the uses of the name that holds a mock."""
    for node in ast.walk(inside) if inside is not None and bound else ():
        if not isinstance(node, ast.Attribute) or dotted(node.value) != bound:
            continue
        above = scopes(module).parent(node)
        if node.attr in _TOLD and isinstance(node.ctx, ast.Store):
            told = True
        elif node.attr == "return_value" and isinstance(above, ast.Attribute | ast.Call):
            words = f"the mock of `{name}` answers with what it makes up itself"
            return Blocked("mocked-in-tests", words, node)
    if told:
        return None
    words = f"the mock of `{name}` is not told what to return, and would return another mock"
    return Blocked("mocked-in-tests", words, call)


def _follow(
    index: Index, found: Doubles, patched: Patched, value: ast.expr, library: str
) -> Blocked | None:
    """Something that a test puts in the place of a function itself."""
    module = found.module
    stop = Blocked("mocked-in-tests", f"what takes the place of `{patched.name}` stays", value)
    if isinstance(value, ast.Lambda):
        if patched.in_class:
            return stop  # a mock gets no `self`
        found.lambdas.append(value)
        return None
    if isinstance(value, ast.Call):
        return _follow_mock(found, patched, value, "", stop)
    if not isinstance(value, ast.Name):
        return stop
    bindings = scopes(module).bindings(value)
    binding = bindings[0] if len(bindings) == 1 else None
    node = binding.node if binding else None
    if isinstance(node, ast.AsyncFunctionDef):
        return None
    if isinstance(node, ast.FunctionDef):
        if not _only_put(index, module, node, value.id) or _names_library(module, node, library):
            return stop
        if node not in found.functions:
            found.functions.append(node)
        return None
    statement = binding.statement if binding else None
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
        return _follow_mock(found, patched, statement.value, value.id, stop)
    return stop


def _follow_mock(
    found: Doubles, patched: Patched, made: ast.Call, bound: str, stop: Blocked
) -> Blocked | None:
    kind = qualified_name(found.module, made.func)
    if kind == ASYNC_MOCK:
        return None
    if kind not in MOCKS or made.args:
        return stop
    told = any(one.arg in _TOLD for one in made.keywords)
    inside = scopes(found.module).function_of(made) or found.module.tree
    blocked = _by_name(found.module, made, bound, inside, told, patched.name)
    if blocked is None and made not in found.mocks:
        found.mocks.append(made)
    return blocked


def _only_put(index: Index, module: Module, node: ast.FunctionDef, name: str) -> bool:
    """True for a function that does nothing but take the place of others."""
    if node.decorator_list or any(isinstance(one, ast.Yield) for one in own_nodes(node)):
        return False
    values = {one.value for one in patches_in(index, module)}
    named = [one for one, _ in scopes(module).loads if one.id == name]
    own = [one for one in named if node in [two.node for two in scopes(module).bindings(one)]]
    return all(one in values for one in own)


def _stands_in(index: Index, module: Module, turned: Collection[Symbol]) -> Blocked | None:
    """An object of a test that has a method like one that turns, or a mock that gets one."""
    methods = {
        one.name.rpartition(".")[2]: one
        for one in turned
        if (facts := index.function(one)) is not None and facts.in_class and not is_test(one.path)
    }
    for node in ast.walk(module.tree) if methods else ():
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and _is_alike(index, one, methods):
                    words = f"`{node.name}.{one.name}` may stand in for `{methods[one.name].name}`"
                    return Blocked("mocked-in-tests", words, one)
        if isinstance(node, ast.Attribute) and node.attr in methods and _is_set(module, node):
            owner = class_of(index, module, node.value)
            if not isinstance(owner, Symbol) and not _has_spec(module, node.value):
                words = f"`{ast.unparse(node)}` may stand in for `{methods[node.attr].name}`"
                return Blocked("mocked-in-tests", words, node)
    return None


def _is_alike(index: Index, node: ast.FunctionDef, methods: dict[str, Symbol]) -> bool:
    """True for a method that can be called in place of one that turns."""
    symbol = methods.get(node.name)
    real = index.function(symbol) if symbol is not None else None
    if real is None or node.name.startswith("_"):
        return False
    if node.args.vararg is not None:
        return True
    count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
    kinds = [one.kind for one in real.parameters]
    return count == len(kinds) or any(one in ("star", "double-star") for one in kinds)


def _is_set(module: Module, node: ast.Attribute) -> bool:
    """True where a test says what a method returns, or puts another one there."""
    if isinstance(node.ctx, ast.Store):
        return True
    above = scopes(module).parent(node)
    return isinstance(above, ast.Attribute) and above.attr in _TOLD


def _has_spec(module: Module, node: ast.expr) -> bool:
    """True for a mock that knows the class it stands for, and so which methods are async."""
    bindings = scopes(module).bindings(node) if isinstance(node, ast.Name) else ()
    value = getattr(bindings[0].statement, "value", None) if len(bindings) == 1 else None
    if not isinstance(value, ast.Call):
        return False
    name = qualified_name(module, value.func) or ""
    specified = any(one.arg in ("spec", "spec_set", "autospec") for one in value.keywords)
    return specified or name.endswith("create_autospec")


def write_doubles(written: Written, found: Doubles) -> None:
    """Make async what a test puts in the place of functions that turn."""
    draft, module = written.draft, found.module
    for function in found.functions:
        draft.insert(module.span(function).start, "async ")
    for mock in found.mocks:
        func, span = mock.func, module.span(mock.func)
        if isinstance(func, ast.Attribute):
            draft.replace(span, f"{draft.source(func.value)}.AsyncMock")
            continue
        draft.replace(span, "AsyncMock")
        written.imports.append(Import("unittest.mock", "AsyncMock"))
        written.freed += [func.id] if isinstance(func, ast.Name) else []
    for one in found.lambdas:
        span = module.span(one)
        draft.insert(span.start, f"{_async_mock(written)}(side_effect=")
        draft.insert(span.end, ")")


def _async_mock(written: Written) -> str:
    """How `AsyncMock` is written in a file."""
    known = scopes(written.draft.module)
    for node in known.top.names.get("mock", ()):
        statement = known.statement(node)
        if isinstance(statement, ast.ImportFrom) and statement.module == "unittest":
            return "mock.AsyncMock"
    written.imports.append(Import("unittest.mock", "AsyncMock"))
    return "AsyncMock"
