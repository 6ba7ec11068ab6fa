"""Scopes and bindings of one module, by Python's binding rules, on the stdlib tree.

One walk finds every scope, what each binds, and each node's parent. What a single question needs
beyond that (the kind of a binding, the scope of an expression) is worked out when it is asked.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from lever_fix.semantics.module import Module

ScopeKind = Literal["module", "class", "function", "lambda", "comprehension", "type parameters"]
BindingKind = Literal[
    "import", "star", "parameter", "assign", "annotation", "augmented", "for", "with", "except",
    "match", "walrus", "def", "class", "delete", "type parameter",
]  # fmt: skip

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

STAR = "*"
"""The name under which a scope keeps its star imports."""


@dataclass(frozen=True)
class Binding:
    """One place that binds a name.

    Attributes:
        name: The name.
        kind: How it is bound; `annotation` is a bare `x: int`, which binds nothing at run time.
        node: The node that names it: a `Name`, `alias`, `arg`, definition, handler or pattern.
        statement: The statement it stands in.
        scope: The scope it binds in.
    """

    name: str
    kind: BindingKind
    node: ast.AST
    statement: ast.stmt
    scope: Scope


@dataclass(eq=False)
class Scope:
    """A scope of a module.

    Attributes:
        kind: What makes it a scope.
        node: The node that makes it.
        parent: The scope around it; None for the module.
        name: Its own name; empty for the module and for scopes without one.
        names: The binding nodes of each name, in the order they are met.
        globals: Names it declares `global`.
        nonlocals: Names it declares `nonlocal`.
        yields: Whether its own code yields: a function that does is a generator.
    """

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None
    name: str = ""
    names: dict[str, list[ast.AST]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    yields: bool = False

    @cached_property
    def qualified_name(self) -> str:
        """Dotted name inside the module; scopes without a name count as the one around them."""
        around = self.parent.qualified_name if self.parent else ""
        return ".".join(part for part in (around, self.name) if part)

    @property
    def function(self) -> Scope | None:
        """The innermost function or lambda that runs this scope's code; None at import time."""
        scope: Scope | None = self
        while scope is not None and scope.kind not in ("function", "lambda"):
            scope = scope.parent
        return scope

    def is_inside(self, other: Scope) -> bool:
        """True where this is the other scope or nested in it."""
        scope: Scope | None = self
        while scope is not None and scope is not other:
            scope = scope.parent
        return scope is other


@dataclass(eq=False)
class Scopes:
    """The scopes of a module, and where each node stands.

    Attributes:
        top: The module's scope.
        every: All scopes, outer ones first.
        loads: Every name that is read, with the scope it is read in.
        calls: Every call, with the scope it is made in.
        stores: Every attribute that is assigned or deleted, with the scope that does it.
    """

    top: Scope
    every: list[Scope] = field(default_factory=list)
    loads: list[tuple[ast.Name, Scope]] = field(default_factory=list)
    calls: list[tuple[ast.Call, Scope]] = field(default_factory=list)
    stores: list[tuple[ast.Attribute, Scope]] = field(default_factory=list)
    _parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _entered: dict[ast.AST, Scope] = field(default_factory=dict)
    """The scope of each node whose scope is not that of its parent."""

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node; None for the module, and for nodes of other trees."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        above = self._parents.get(node)
        while above is not None:
            yield above
            above = self._parents.get(above)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node, or the node itself where it is one."""
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope a node is evaluated in; of a definition, the scope that it stands in."""
        current: ast.AST | None = node
        while current is not None:
            scope = self._entered.get(current)
            if scope is not None:
                return scope
            current = self._parents.get(current)
        return self.top

    def own_scope(self, node: ast.AST) -> Scope | None:
        """The scope that a function, class, lambda or comprehension makes."""
        kind = "type parameters"
        return next((one for one in self.every if one.node is node and one.kind != kind), None)

    def function_of(self, node: ast.AST) -> FunctionNode | ast.Lambda | None:
        """The innermost function whose call runs a node; None for code that runs on import."""
        scope = self.scope_of(node).function
        found = scope.node if scope else None
        assert found is None or isinstance(found, FunctionNode | ast.Lambda)
        return found

    def resolve(self, name: ast.Name) -> Scope | None:
        """The scope whose binding a name refers to; None for builtins and undefined names."""
        return self.lookup(name.id, self.scope_of(name))

    def lookup(self, name: str, scope: Scope) -> Scope | None:
        """The scope that binds a name as seen from a scope; None where none does."""
        current: Scope | None = scope
        while current is not None:
            if name in current.globals:
                return self.top if name in self.top.names else None
            seen = current.kind != "class" or current is scope
            if seen and name in current.names and name not in current.nonlocals:
                return current
            current = current.parent
        return None

    def bindings(self, name: ast.Name) -> tuple[Binding, ...]:
        """Every binding of the name in the scope it refers to; none for builtins."""
        scope = self.resolve(name)
        return self.bindings_in(scope, name.id) if scope else ()

    def bindings_in(self, scope: Scope, name: str) -> tuple[Binding, ...]:
        """Every binding of a name in one scope."""
        return tuple(
            Binding(name, self._kind(node), node, self.statement(node), scope)
            for node in scope.names.get(name, ())
        )

    def _kind(self, node: ast.AST) -> BindingKind:
        fixed = _KINDS.get(type(node))
        if fixed is not None:
            return fixed
        if isinstance(node, ast.alias):
            return "star" if node.name == STAR else "import"
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            return "delete"
        above = self._parents[node]
        while isinstance(above, ast.Tuple | ast.List | ast.Starred):
            above = self._parents[above]
        if isinstance(above, ast.AnnAssign):
            return "assign" if above.value is not None else "annotation"
        return _TARGET_OF.get(type(above), "assign")


_KINDS: dict[type[ast.AST], BindingKind] = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.ClassDef: "class",
    ast.arg: "parameter",
    ast.ExceptHandler: "except",
    ast.MatchAs: "match",
    ast.MatchStar: "match",
    ast.MatchMapping: "match",
}
_TARGET_OF: dict[type[ast.AST], BindingKind] = {
    ast.For: "for",
    ast.AsyncFor: "for",
    ast.comprehension: "for",
    ast.withitem: "with",
    ast.AugAssign: "augmented",
    ast.NamedExpr: "walrus",
}


def scopes(module: Module) -> Scopes:
    """The scopes of a module, made once.

    Raises:
        SourceError: The file does not parse.
    """
    found: Scopes | None = module.memo.get("scopes")
    if found is None:
        found = module.memo["scopes"] = _Walk(module.tree).scopes
    return found


class _Walk:
    """The walk over a tree that fills in its scopes."""

    def __init__(self, tree: ast.Module) -> None:
        top = Scope("module", tree, None)
        self.scopes = Scopes(top, [top])
        self.parents = self.scopes._parents
        self.entered = self.scopes._entered
        self.entered[tree] = top
        self.pending: list[tuple[ast.AST, Scope]] = [(tree, top)]
        while self.pending:
            node, scope = self.pending.pop()
            enter = _ENTER.get(type(node))
            if enter is not None:
                enter(self, node, scope)
            else:
                self.descend(node, scope)
        for scope in self.scopes.every:
            for name in scope.globals & scope.names.keys():
                top.names.setdefault(name, []).extend(scope.names.pop(name))
            for name in scope.nonlocals & scope.names.keys():
                self.share(scope, name)

    def share(self, scope: Scope, name: str) -> None:
        """Count the bindings of a nonlocal name for the function that owns it."""
        owner = scope.parent
        while owner is not None and (
            owner.kind == "class" or name not in owner.names or name in owner.nonlocals
        ):
            owner = owner.parent
        if owner is not None:
            owner.names[name].extend(scope.names.pop(name))

    def descend(self, node: ast.AST, scope: Scope, skip: tuple[str, ...] = ()) -> None:
        """Visit a node's children in a scope, in source order."""
        parents, pending = self.parents, self.pending
        children: list[tuple[ast.AST, Scope]] = []
        for name in _fields(type(node)):
            if name in skip:
                continue
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        parents[item] = node
                        children.append((item, scope))
            elif isinstance(value, ast.AST):
                parents[value] = node
                children.append((value, scope))
        children.reverse()
        pending.extend(children)

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

    def name(self, node: ast.Name, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            self.scopes.loads.append((node, scope))
        else:
            bind(scope, node.id, node)

    def call(self, node: ast.Call, scope: Scope) -> None:
        self.scopes.calls.append((node, scope))
        self.descend(node, scope)

    def attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.scopes.stores.append((node, scope))
        self.parents[node.value] = node
        self.pending.append((node.value, scope))

    def yield_(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        scope.yields = True
        self.descend(node, scope)

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        target = scope
        while target.kind == "comprehension" and target.parent is not None:
            target = target.parent
        self.visit(node, (node.value,), scope)
        self.visit(node, (node.target,), target, enters=target is not scope)

    def alias(self, node: ast.alias, scope: Scope) -> None:
        bound = node.asname or node.name
        if isinstance(self.parents[node], ast.Import) and not node.asname:
            bound = node.name.partition(".")[0]
        bind(scope, bound, node)

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
    ast.Name: _Walk.name,
    ast.Call: _Walk.call,
    ast.Attribute: _Walk.attribute,
    ast.Yield: _Walk.yield_,
    ast.YieldFrom: _Walk.yield_,
    ast.NamedExpr: _Walk.walrus,
    ast.alias: _Walk.alias,
    ast.Global: _Walk.declaration,
    ast.Nonlocal: _Walk.declaration,
    ast.ExceptHandler: _Walk.named,
    ast.MatchAs: _Walk.named,
    ast.MatchStar: _Walk.named,
    ast.MatchMapping: _Walk.named,
}
if sys.version_info >= (3, 12):
    _ENTER[ast.TypeAlias] = _Walk.type_alias
    _KINDS.update(dict.fromkeys((ast.TypeVar, ast.ParamSpec, ast.TypeVarTuple), "type parameter"))

_LEAVES = frozenset({"ctx", "op", "ops", "type_ignores", "type_comment", "kind", "conversion"})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a node that may hold nodes with a place of their own."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _LEAVES)
    return found
