"""Scopes and bindings of one module, by Python's binding rules, on the stdlib tree.

One walk finds every scope, what each binds, and each node's parent. What a single question needs
beyond that (the kind of a binding, the scope of an expression) is worked out when it is asked.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any

from lever_fix.semantics.module import Module
from lever_fix.semantics.scope_model import (
    STAR,
    Binding,
    BindingKind,
    FunctionNode,
    Scope,
    ScopeKind,
    Scopes,
)

__all__ = [
    "STAR",
    "Binding",
    "BindingKind",
    "FunctionNode",
    "Scope",
    "ScopeKind",
    "Scopes",
    "definitions",
    "scopes",
]

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def scopes(module: Module) -> Scopes:
    """The scopes of a module, made once.

    Raises:
        SourceError: The file does not parse.
    """
    found: Scopes | None = module.memo.get("scopes")
    if found is None:
        found = module.memo["scopes"] = _Walk(module.tree).scopes
        if module.outer is not None:
            found.top.names.clear()  # it knows them all, and not only those of this part
    return found


def definitions(module: Module) -> dict[str, FunctionNode | ast.ClassDef]:
    """The functions and classes of a module by qualified name, the last one of each; made once.

    Raises:
        SourceError: The file does not parse.
    """
    known: dict[str, FunctionNode | ast.ClassDef] | None = module.memo.get("definitions")
    if known is None:
        known = module.memo["definitions"] = {}
        for scope in scopes(module).every:
            if scope.kind in ("function", "class"):
                assert isinstance(scope.node, FunctionNode | ast.ClassDef)
                known[scope.qualified_name] = scope.node
    return known


class _Walk:
    """The walk over a tree that fills in its scopes."""

    def __init__(self, tree: ast.Module) -> None:
        top = Scope("module", tree, None)
        self.scopes = Scopes(top, [top])
        self.parents = self.scopes.parents
        self.entered = self.scopes._entered
        self.entered[tree] = top
        self.pending: list[tuple[ast.AST, Scope]] = [(tree, top)]
        self.walk()
        for scope in self.scopes.every:
            for name in scope.globals & scope.names.keys():
                top.names.setdefault(name, []).extend(scope.names.pop(name))
            for name in scope.nonlocals & scope.names.keys():
                self.share(scope, name)

    def walk(self) -> None:
        """Visit every node, those of a scope in source order.

        The loop is run for each node of every file of a project: names and attributes, two of
        three nodes, are dealt with in place, and leaves are not visited at all.
        """
        parents, pending = self.parents, self.pending
        names, chains = self.scopes.names, self.scopes.chains
        pop, push = pending.pop, pending.append
        while pending:
            node, scope = pop()
            kind = node.__class__
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Load:  # type: ignore[attr-defined]
                    names.append((node, scope))  # type: ignore[arg-type]
                else:
                    bind(scope, node.id, node)  # type: ignore[attr-defined]
                continue
            if kind is ast.Attribute:
                if node.ctx.__class__ is not ast.Load:  # type: ignore[attr-defined]
                    self.scopes.stores.append((node, scope))  # type: ignore[arg-type]
                value = node.value  # type: ignore[attr-defined]
                parents[value] = node
                while value.__class__ is ast.Attribute:
                    parents[value.value] = value
                    value = value.value
                if value.__class__ is ast.Name:
                    chains.append((node, value, scope))  # type: ignore[arg-type]
                else:
                    push((value, scope))
                continue
            enter = _ENTER.get(kind)
            if enter is not None:
                enter(self, node, scope)
            else:
                self.descend(node, scope)

    def share(self, scope: Scope, name: str) -> None:
        """Count the bindings of a nonlocal name for the function that owns it."""
        owner = scope.parent
        while owner is not None and (
            owner.kind == "class" or name not in owner.names or name in owner.nonlocals
        ):
            owner = owner.parent
        if owner is not None:
            owner.names[name].extend(scope.names.pop(name))

    def descend(self, node: ast.AST, scope: Scope) -> None:
        """Visit a node's children in a scope, in source order."""
        parents, push = self.parents, self.pending.append
        held = node.__dict__
        for name in _fields(node.__class__):
            value = held.get(name)
            if value.__class__ is list:
                for item in reversed(value):
                    if item.__class__ is ast.Constant:
                        parents[item] = node
                    elif isinstance(item, ast.AST):
                        parents[item] = node
                        push((item, scope))
            elif value.__class__ is ast.Constant:
                parents[value] = node
            elif isinstance(value, ast.AST):
                parents[value] = node
                push((value, scope))

    def visit(
        self, parent: ast.AST, nodes: Iterable[ast.AST | None], scope: Scope, enters: bool = False
    ) -> None:
        """Visit some children of a node, saying whether their scope is another than the node's."""
        for node in reversed([node for node in nodes if node is not None]):
            self.parents[node] = parent
            if enters:
                self.entered[node] = scope
            self.pending.append((node, scope))

    def open(self, kind: ScopeKind, node: ast.AST, parent: Scope, name: str = "") -> Scope:
        scope = Scope(kind, node, parent, name)
        self.scopes.every.append(scope)
        return scope

    def type_parameters(self, node: ast.AST, scope: Scope) -> Scope:
        """The scope of a definition's type parameters, where it has any (Python 3.12)."""
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return scope
        inner = self.open("type parameters", node, scope)
        for parameter in parameters:
            bind(inner, parameter.name, parameter)
        self.visit(node, parameters, inner, enters=True)
        return inner

    def function(self, node: FunctionNode, scope: Scope) -> None:
        bind(scope, node.name, node)
        around = self.type_parameters(node, scope)
        inner = self.open("function", node, around, node.name)
        self.visit(node, node.body, inner, enters=True)
        self.parameters(node, node.args, around, inner)
        if around is not scope:
            self.entered[node.args] = around
        self.visit(node, (node.returns,), around, enters=around is not scope)
        self.visit(node, node.decorator_list, scope)

    def parameters(
        self, node: ast.AST, arguments: ast.arguments, around: Scope, inner: Scope
    ) -> None:
        self.parents[arguments] = node
        every = [*arguments.posonlyargs, *arguments.args, arguments.vararg]
        for argument in (*every, *arguments.kwonlyargs, arguments.kwarg):
            if argument is not None:
                self.parents[argument] = arguments
                bind(inner, argument.arg, argument)
                self.visit(argument, (argument.annotation,), around)
        self.visit(arguments, (*arguments.defaults, *arguments.kw_defaults), around)

    def lambda_(self, node: ast.Lambda, scope: Scope) -> None:
        inner = self.open("lambda", node, scope)
        self.visit(node, (node.body,), inner, enters=True)
        self.parameters(node, node.args, scope, inner)

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        bind(scope, node.name, node)
        around = self.type_parameters(node, scope)
        inner = self.open("class", node, around, node.name)
        self.visit(node, node.body, inner, enters=True)
        self.visit(node, (*node.bases, *node.keywords), around, enters=around is not scope)
        self.visit(node, node.decorator_list, scope)

    def comprehension(self, node: Comprehension, scope: Scope) -> None:
        inner = self.open("comprehension", node, scope)
        if isinstance(node, ast.DictComp):
            self.visit(node, (node.key, node.value), inner, enters=True)
        else:
            self.visit(node, (node.elt,), inner, enters=True)
        for generator in reversed(node.generators):
            self.parents[generator] = node
            self.entered[generator] = inner
            self.visit(generator, (generator.target, *generator.ifs), inner)
            # The first iterable is evaluated where the comprehension stands.
            first = generator is node.generators[0]
            self.visit(generator, (generator.iter,), scope if first else inner, enters=first)

    def type_alias(self, node: ast.AST, scope: Scope) -> None:
        """A `type` statement (Python 3.12), whose value sees its type parameters."""
        around = self.type_parameters(node, scope)
        name, value = node.name, node.value  # type: ignore[attr-defined]
        self.visit(node, (value,), around, enters=around is not scope)
        self.visit(node, (name,), scope)

    def assignment(self, node: ast.Assign, scope: Scope) -> None:
        parents, push = self.parents, self.pending.append
        value = node.value
        parents[value] = node
        if value.__class__ is not ast.Constant:
            push((value, scope))
        for target in reversed(node.targets):
            parents[target] = node
            push((target, scope))

    def subscript(self, node: ast.Subscript, scope: Scope) -> None:
        parents, push = self.parents, self.pending.append
        for child in (node.slice, node.value):
            parents[child] = node
            if child.__class__ is not ast.Constant:
                push((child, scope))

    def holder(self, node: ast.Expr | ast.Return, scope: Scope) -> None:
        value = node.value
        if value is not None:
            self.parents[value] = node
            if value.__class__ is not ast.Constant:
                self.pending.append((value, scope))

    def call(self, node: ast.Call, scope: Scope) -> None:
        self.scopes.calls.append((node, scope))
        parents, push = self.parents, self.pending.append
        for keyword in reversed(node.keywords):
            parents[keyword] = node
            value = keyword.value
            parents[value] = keyword
            if value.__class__ is not ast.Constant:
                push((value, scope))
        for argument in reversed(node.args):
            parents[argument] = node
            if argument.__class__ is not ast.Constant:
                push((argument, scope))
        parents[node.func] = node
        push((node.func, scope))

    def yield_(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        scope.yields = True
        self.descend(node, scope)

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        target = scope
        while target.kind == "comprehension" and target.parent is not None:
            target = target.parent
        self.visit(node, (node.value,), scope)
        self.visit(node, (node.target,), target, enters=target is not scope)

    def import_(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            self.parents[alias] = node
            self.scopes.aliases.append((alias, scope))
            bind(scope, alias.asname or alias.name.partition(".")[0], alias)

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            self.parents[alias] = node
            self.scopes.aliases.append((alias, scope))
            bind(scope, alias.asname or alias.name, alias)

    def declaration(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        names = scope.globals if isinstance(node, ast.Global) else scope.nonlocals
        names.update(node.names)

    def named(self, node: ast.AST, scope: Scope) -> None:
        """A handler or a pattern, which may bind a name given as a string."""
        bound = getattr(node, "name", None) or getattr(node, "rest", None)
        if bound:
            bind(scope, bound, node)
        self.descend(node, scope)


def bind(scope: Scope, name: str, node: ast.AST) -> None:
    """Note a binding in a scope."""
    scope.names.setdefault(name, []).append(node)


_ENTER: dict[type[ast.AST], Callable[[_Walk, Any, Scope], None]] = {
    ast.FunctionDef: _Walk.function,
    ast.AsyncFunctionDef: _Walk.function,
    ast.ClassDef: _Walk.class_,
    ast.Lambda: _Walk.lambda_,
    ast.ListComp: _Walk.comprehension,
    ast.SetComp: _Walk.comprehension,
    ast.DictComp: _Walk.comprehension,
    ast.GeneratorExp: _Walk.comprehension,
    ast.Call: _Walk.call,
    # The commonest nodes that `descend` would do as well.
    ast.Assign: _Walk.assignment,
    ast.Subscript: _Walk.subscript,
    ast.Expr: _Walk.holder,
    ast.Return: _Walk.holder,
    ast.Yield: _Walk.yield_,
    ast.YieldFrom: _Walk.yield_,
    ast.NamedExpr: _Walk.walrus,
    ast.Import: _Walk.import_,
    ast.ImportFrom: _Walk.import_from,
    ast.Global: _Walk.declaration,
    ast.Nonlocal: _Walk.declaration,
    ast.ExceptHandler: _Walk.named,
    ast.MatchAs: _Walk.named,
    ast.MatchStar: _Walk.named,
    ast.MatchMapping: _Walk.named,
}
if sys.version_info >= (3, 12):
    _ENTER[ast.TypeAlias] = _Walk.type_alias

_LEAVES = frozenset({"ctx", "op", "ops", "type_ignores", "type_comment", "kind", "conversion"})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a node that may hold nodes with a place of their own, the last one first."""
    found = _FIELDS.get(kind)
    if found is None:
        names = (name for name in reversed(kind._fields) if name not in _LEAVES)
        found = _FIELDS[kind] = tuple(names)
    return found
