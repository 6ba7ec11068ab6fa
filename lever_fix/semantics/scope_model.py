"""What is known of a module's scopes: the values, and the questions they answer."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

ScopeKind = Literal["module", "class", "function", "lambda", "comprehension", "type parameters"]
BindingKind = Literal[
    "import", "star", "parameter", "assign", "annotation", "augmented", "for", "with", "except",
    "match", "walrus", "def", "class", "delete", "type parameter",
]  # fmt: skip

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

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
        names: Every name that is read for itself, with the scope it is read in.
        chains: Every attribute of an attribute ... of a name that is read, whole, with the name.
        calls: Every call, with the scope it is made in.
        stores: Every attribute that is assigned or deleted, with the scope that does it.
        aliases: Everything that is imported, with the scope that imports it.
        parents: The node around each node.
    """

    top: Scope
    every: list[Scope] = field(default_factory=list)
    names: list[tuple[ast.Name, Scope]] = field(default_factory=list)
    chains: list[tuple[ast.Attribute, ast.Name, Scope]] = field(default_factory=list)
    calls: list[tuple[ast.Call, Scope]] = field(default_factory=list)
    stores: list[tuple[ast.Attribute, Scope]] = field(default_factory=list)
    aliases: list[tuple[ast.alias, Scope]] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _entered: dict[ast.AST, Scope] = field(default_factory=dict)
    """The scope of each node whose scope is not that of its parent."""

    @cached_property
    def loads(self) -> list[tuple[ast.Name, Scope]]:
        """Every name that is read, with the scope it is read in, in source order."""
        found = [*self.names, *((name, scope) for _, name, scope in self.chains)]
        return sorted(found, key=lambda one: (one[0].lineno, one[0].col_offset))

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node; None for the module, and for nodes of other trees."""
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        above = self.parents.get(node)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node, or the node itself where it is one."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope a node is evaluated in; of a definition, the scope that it stands in."""
        current: ast.AST | None = node
        while current is not None:
            scope = self._entered.get(current)
            if scope is not None:
                return scope
            current = self.parents.get(current)
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

    def is_plain_local(self, scope: Scope, name: str) -> bool:
        """Whether a name is nothing but a parameter or variable of a function, and no alias.

        Told without making bindings of it: most names of a program are just that.
        """
        if scope.kind not in _RUN:
            return False
        nodes = scope.names[name]
        for node in nodes:
            if node.__class__ is ast.arg:
                continue
            above = self.parents[node]
            is_alone = len(nodes) == 1 and above.__class__ is ast.Assign
            value = above.value if is_alone else None  # type: ignore[attr-defined]
            if (
                node.__class__ is not ast.Name
                or above.__class__ is ast.AnnAssign
                or value.__class__ in (ast.Name, ast.Attribute)
            ):
                return False
        return True

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
        above = self.parents[node]
        while isinstance(above, ast.Tuple | ast.List | ast.Starred):
            above = self.parents[above]
        if isinstance(above, ast.AnnAssign):
            return "assign" if above.value is not None else "annotation"
        return _TARGET_OF.get(type(above), "assign")


_RUN = frozenset({"function", "lambda", "comprehension"})
"""Kinds of scopes whose names nobody can reach by a dotted name."""
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
if sys.version_info >= (3, 12):
    _KINDS.update(dict.fromkeys((ast.TypeVar, ast.ParamSpec, ast.TypeVarTuple), "type parameter"))
