"""Whether what is iterated is there already, or made as it is read."""

from __future__ import annotations

import ast

from lever_fix.domains.effects.model import Frame
from lever_fix.domains.effects.values import held
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

_IN_HAND = frozenset(
    """
    builtins.list builtins.tuple builtins.set builtins.frozenset builtins.dict builtins.str
    builtins.range typing.List typing.Tuple typing.Set typing.Dict typing.Sequence
    typing.Collection typing.Mapping typing.FrozenSet collections.Sequence collections.Collection
    collections.Mapping collections.Set collections.MutableSequence collections.deque
    """.split()
)
_MAKERS = frozenset(
    "builtins.list builtins.tuple builtins.set builtins.sorted builtins.range".split()
)
_VIEWS = frozenset({"items", "keys", "values"})
_ALL = frozenset({"all", "fetchall", "splitlines", "split"})
_DEEPEST = 5


def in_hand(frame: Frame, node: ast.expr, depth: int = _DEEPEST) -> bool:
    """True for a list or the like, whose items are there before the first one is taken."""
    if depth == 0:
        return False
    match node:
        case (
            ast.List()
            | ast.Tuple()
            | ast.Set()
            | ast.Dict()
            | ast.ListComp()
            | ast.SetComp()
            | ast.DictComp()
        ):
            return True
        case ast.Constant(value=str() | bytes() | tuple()):
            return True
        case ast.Await(value=value):
            return in_hand(frame, value, depth)
        case ast.BoolOp(values=values):
            return all(in_hand(frame, one, depth - 1) for one in values)
        case ast.Subscript(value=value, slice=ast.Slice()):
            return in_hand(frame, value, depth - 1)
        case ast.Call():
            return _call(frame, node, depth)
        case ast.Name():
            return _declared(frame, node) or _bound(frame, node, depth)
    return _declared(frame, node)


def _declared(frame: Frame, node: ast.expr) -> bool:
    found = held(frame, node)
    return bool(found.classes) and found.classes <= _IN_HAND


def _call(frame: Frame, node: ast.Call, depth: int) -> bool:
    name = qualified_name(frame.module, node.func)
    if name in _MAKERS:
        return True
    if name == "builtins.enumerate" and node.args:
        return in_hand(frame, node.args[0], depth - 1)
    if isinstance(node.func, ast.Attribute) and not node.keywords:
        if node.func.attr in _ALL:
            return True
        if node.func.attr in _VIEWS and not node.args:
            return in_hand(frame, node.func.value, depth - 1)
    return _declared(frame, node)


def _bound(frame: Frame, node: ast.Name, depth: int) -> bool:
    known = scopes(frame.module)
    bindings = [one for one in known.bindings(node) if one.kind != "annotation"]
    values: list[ast.expr] = []
    for one in bindings:
        statement = one.statement
        whole = known.parent(one.node) is statement
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not whole:
            return False
        if statement.value is not None:
            values.append(statement.value)
    return bool(values) and all(in_hand(frame, value, depth - 1) for value in values)
