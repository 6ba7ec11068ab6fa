"""Whether the body of an answer is read where requests has read it: before anything else happens.

`requests.get(url)` returns with the whole body, or raises where the body breaks off. A response of
aiohttp has its head only. Where something is done before the body is read, or where it is never
read, a broken answer would be noticed too late, or not at all; there the body is read at once.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from enum import Enum

from lever_fix.domains.http.places import evaluated_first
from lever_fix.domains.http.sites import Site
from lever_fix.domains.http.uses import Read
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name

_BODILESS = frozenset({"head"})
_QUIET_CALLS = frozenset(
    f"builtins.{name}" for name in "bool bytes float int isinstance len repr str tuple type".split()
)


class _Way(Enum):
    """How a run of statements comes to the body."""

    READ = "read before anything else, wherever it is read"
    ENDS = "not read, and left"
    GOES_ON = "not read so far"
    LATE = "something else is done first"


def is_late(module: Module, site: Site, statements: Iterable[ast.stmt], reads: list[Read]) -> bool:
    """Whether the body has to be read at once, for things to happen in the order they did.

    Args:
        module: The module.
        site: The call.
        statements: The statements in which its response is open, those below the call.
        reads: The uses of the response.
    """
    stream = site.call.argument("stream")
    is_lazy = stream is not None and not (
        isinstance(stream.value, ast.Constant) and not stream.value.value
    )
    if is_lazy or site.call.verb in _BODILESS:
        return False
    return _Order(module, site.name, reads).way(statements) is not _Way.READ


class _Order:
    """The order in which statements come to a body."""

    def __init__(self, module: Module, name: str, reads: Collection[Read]) -> None:
        self._module, self._name = module, name
        self._bodies = [one.whole for one in reads if one.body and one.loop is None]
        self._loops = {one.loop for one in reads if one.loop is not None}

    def way(self, statements: Iterable[ast.stmt]) -> _Way:
        """How statements, one after another, come to the body."""
        for statement in statements:
            found = self._of(statement)
            if found is not _Way.GOES_ON:
                return found
        return _Way.GOES_ON

    def _of(self, statement: ast.stmt) -> _Way:
        if statement in self._loops:
            return _Way.READ
        inside = {*ast.walk(statement)}
        if any(
            one in inside and evaluated_first(self._module, statement, one) for one in self._bodies
        ):
            return _Way.READ
        match statement:
            case ast.If(test=test, body=body, orelse=orelse) if self._is_quiet(test):
                return _either(self.way(body), self.way(orelse))
            case ast.Raise() | ast.Continue() | ast.Break():
                return _Way.ENDS
            case ast.Return(value=value):
                return _Way.ENDS if value is None or self._is_quiet(value) else _Way.LATE
            case ast.Assign(targets=[ast.Name()], value=value) | ast.Expr(value=value):
                return _Way.GOES_ON if self._is_quiet(value) else _Way.LATE
            case ast.Assert(test=test):
                return _Way.GOES_ON if self._is_quiet(test) else _Way.LATE
            case ast.Try(body=body):
                return self.way(body)
            case ast.Pass():
                return _Way.GOES_ON
        return _Way.LATE

    def _is_quiet(self, node: ast.expr) -> bool:
        """True where nobody notices that an expression was evaluated, but by its value."""
        for one in ast.walk(node):
            if isinstance(one, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
                return False
            if isinstance(one, ast.Call) and not self._is_quiet_call(one):
                return False
        return True

    def _is_quiet_call(self, call: ast.Call) -> bool:
        root: ast.AST = call.func
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name) and root.id == self._name and root is not call.func:
            return True
        return qualified_name(self._module, call.func) in _QUIET_CALLS


def _either(one: _Way, other: _Way) -> _Way:
    """The way of two branches of which either is taken."""
    if _Way.LATE in (one, other):
        return _Way.LATE
    if _Way.READ in (one, other):
        return _Way.READ
    return _Way.ENDS if one is other is _Way.ENDS else _Way.GOES_ON
