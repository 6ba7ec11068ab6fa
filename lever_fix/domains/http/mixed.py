"""Errors of two libraries that meet: in a handler, or in a function that tells them apart."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from lever_fix.domains.colour.plan import Barrier
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.errors import exception_name
from lever_fix.domains.http.ground import Studied
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.http_libraries import Library
from lever_fix.semantics.names import dotted


def mixed_errors(
    index: Index, studied: list[Studied], blocking: Mapping[Symbol, Symbol]
) -> Barrier | None:
    """A handler that would no longer take the errors of calls that stay as they are."""
    for one in studied:
        for handler in one.study.handlers:
            for node in (node for part in handler.around.body for node in ast.walk(part)):
                called = _called(index, one, node)
                if called is not None and called in blocking:
                    words = f"its handler takes errors of `{called.name}`, too, which stays"
                    blocked = Blocked("mixed-errors", words, handler.node)
                    through = ("", f"{one.symbol.path}:{one.symbol.name}")
                    return Barrier(blocked, one.symbol.path, through)
    return None


def predicates(index: Index, studied: list[Studied]) -> Barrier | None:
    """A function that tells the library's errors apart, for a retry or in a handler."""
    plan = {one.symbol for one in studied}
    for one in studied:
        for node in ast.walk(one.study.function):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            symbol = index.symbol(one.module, node)
            if symbol is None or symbol in plan or index.function(symbol) is None:
                continue
            if _tells_errors(index, symbol, one.study.library):
                words = f"`{symbol.name}` tells errors of {one.study.library.name} apart, and stays"
                blocked = Blocked("mixed-errors", words, node)
                return Barrier(
                    blocked, one.symbol.path, ("", f"{one.symbol.path}:{one.symbol.name}")
                )
    return None


def _tells_errors(index: Index, symbol: Symbol, library: Library) -> bool:
    """True where a function names exceptions of a library as values, not in handlers."""
    module, function = index.module(symbol.path), index.node(symbol)
    if module is None or function is None:
        return False
    handled = {
        part
        for node in ast.walk(function)
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        for part in ast.walk(node.type)
    }
    return any(
        isinstance(node, ast.Name | ast.Attribute)
        and node not in handled
        and bool(exception_name(module, node, library))
        for node in ast.walk(function)
    )


def _called(index: Index, one: Studied, node: ast.AST) -> Symbol | None:
    if not isinstance(node, ast.Call):
        return None
    name = dotted(node.func) or ""
    facts = index.function(one.symbol)
    if name.startswith("self.") and name.count(".") == 1 and facts is not None and facts.in_class:
        return index.member(Symbol(one.symbol.path, facts.in_class), name.partition(".")[2])
    return index.symbol(one.module, node.func)
