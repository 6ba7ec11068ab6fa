"""Where a function of the project is called, or handed on, node by node."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.colour.receivers import class_of
from lever_fix.index.index import CallSite, Index, Symbol
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes


@dataclass(frozen=True, eq=False)
class Site:
    """A place that names a function.

    Attributes:
        module: The module it stands in.
        node: The expression that names the function.
        call: The call, where it is called there.
        function: The function whose body it runs in; None at module level.
        certain: False where only the name of the method is known.
    """

    module: Module
    node: ast.expr
    call: ast.Call | None
    function: FunctionNode | ast.Lambda | None
    certain: bool = True

    @property
    def symbol(self) -> Symbol | None:
        """The function it stands in, as a symbol."""
        if not isinstance(self.function, FunctionNode):
            return None
        return symbol_of(self.module, self.function)


def symbol_of(module: Module, function: FunctionNode) -> Symbol:
    """A function as a symbol of the project."""
    scope = scopes(module).own_scope(function)
    assert scope is not None
    return Symbol(module.path, scope.qualified_name)


def sites_of(index: Index, symbol: Symbol) -> Iterator[Site]:
    """Every place that names a function, in order; methods of unknown objects are not certain."""
    seen: set[tuple[str, int]] = set()
    for caller in index.callers(symbol):
        module = index.module(caller.path)
        if module is None:
            continue
        for node in _nodes(module, caller):
            start = module.span(node).start
            if (caller.path, start) not in seen:
                seen.add((caller.path, start))
                site = _site(index, symbol, module, node, caller.certain)
                if site is not None:
                    yield site


def _nodes(module: Module, caller: CallSite) -> list[ast.expr]:
    """The expressions a mention stands for: all alike in its scope, where it is not certain."""
    last = caller.mention.target.rpartition(".")[2]
    found: list[ast.expr] = []
    for node in _named(module).get(last, ()):
        at = module.span(node).start
        same = scopes(module).scope_of(node).qualified_name == caller.mention.scope
        if at == caller.mention.start if caller.certain else same:
            found.append(node)
    return found


def _named(module: Module) -> dict[str, list[ast.expr]]:
    """Every name and attribute of a module by its last name."""
    found: dict[str, list[ast.expr]] | None = module.memo.get("by-last-name")
    if found is None:
        found = module.memo["by-last-name"] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                found.setdefault(node.attr, []).append(node)
            elif isinstance(node, ast.Name):
                found.setdefault(node.id, []).append(node)
    return found


def _site(
    index: Index, symbol: Symbol, module: Module, node: ast.expr, certain: bool
) -> Site | None:
    known = scopes(module)
    above = known.parent(node)
    if not certain and isinstance(node, ast.Attribute):
        owner = class_of(index, module, node.value)
        if owner is not None:
            if not (isinstance(owner, Symbol) and index.member(owner, node.attr) == symbol):
                return None
            certain = True
    elif not certain:
        return None  # a plain name is no method
    call = above if isinstance(above, ast.Call) and above.func is node else None
    return Site(module, node, call, known.function_of(node), certain)
