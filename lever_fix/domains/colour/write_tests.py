"""The edits of tests that turn async, besides their `async` and the calls that are awaited."""

from __future__ import annotations

import ast

from lever_fix.domains.colour.rules import fixture_decorator
from lever_fix.domains.colour.runners import TestTurn
from lever_fix.domains.colour.written import Written
from lever_fix.index.index import Index
from lever_fix.knowledge.colour_facts import ISOLATED
from lever_fix.model import Import, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes


def write_test(index: Index, written: Written, node: FunctionNode, turn: TestTurn) -> None:
    """Write the mark, the decorator, the base class or the name of a test that turns."""
    if turn.mark:
        _write_mark(written, node, turn.mark)
    if turn.fixture:
        _write_fixture(written, node, turn.fixture)
    if turn.case and turn.rebased and turn.case not in written.rebased:
        klass = index.node(turn.case)
        assert isinstance(klass, ast.ClassDef)
        written.rebased.add(turn.case)
        _write_base(written, klass.bases[0])
    if turn.renamed:
        _write_name(written, node, turn.renamed)


def _write_mark(written: Written, node: FunctionNode, mark: str) -> None:
    draft, module = written.draft, written.draft.module
    first = min(node.decorator_list, key=lambda one: one.lineno, default=None)
    # The `@` may stand apart from its expression, but not on another line.
    at = module.span(node).start if first is None else _line_start(module, first)
    package, rest = mark.split(".", 1)
    name = _bound(module, package)
    indent = draft.indent_of(module.span(node).start)
    draft.insert(at, f"@{name}.{rest}{module.source.newline}{indent}")
    written.imports.append(_import(package, name))


def _line_start(module: Module, node: ast.expr) -> int:
    return module.text.rindex(b"@", 0, module.span(node).start)


def _write_fixture(written: Written, node: FunctionNode, maker: str) -> None:
    decorator = fixture_decorator(node)
    assert decorator is not None
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    package, name = maker.split(".")
    bound = _bound(written.draft.module, package)
    written.draft.replace(written.draft.module.span(func), f"{bound}.{name}")
    written.imports.append(_import(package, bound))
    written.freed.append(_root(func))


def _write_base(written: Written, base: ast.expr) -> None:
    module, last = written.draft.module, ISOLATED.rpartition(".")[2]
    span = module.span(base)
    if isinstance(base, ast.Attribute):
        written.draft.replace(Span(span.end - len(base.attr.encode()), span.end), last)
        return
    written.draft.replace(span, last)
    written.imports.append(Import("unittest", last))
    written.freed.append(_root(base))


def _write_name(written: Written, node: FunctionNode, name: str) -> None:
    """`setUp` as `asyncSetUp`, with what it calls of its base."""
    module = written.draft.module
    start = module.text.index(node.name.encode(), module.span(node).start)
    written.draft.replace(Span(start, start + len(node.name)), name)
    written.bound += [node.name, name]
    for one in ast.walk(node):
        if (
            isinstance(one, ast.Attribute)
            and one.attr == node.name
            and isinstance(scopes(module).parent(one), ast.Call)
        ):
            span = module.span(one)
            written.draft.insert(span.start, "await ")
            written.draft.replace(Span(span.end - len(one.attr), span.end), name)


def _bound(module: Module, package: str) -> str:
    """The name that a package has at the top of a module, or is to have."""
    top = scopes(module).top
    for name, nodes in top.names.items():
        for node in nodes:
            is_package = isinstance(node, ast.alias) and node.name == package
            if is_package and isinstance(scopes(module).statement(node), ast.Import):
                return name
    return package


def _import(package: str, name: str) -> Import:
    return Import(package, alias="" if name == package else name)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
