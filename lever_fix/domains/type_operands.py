"""Whether an expression inside `Optional[...]` or `Union[...]` can stand beside `|`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lever_fix.domains.operand_names import (
    is_assigned,
    is_variable,
    origin,
    text,
    visible_binding,
)
from lever_fix.domains.positions import dotted
from lever_fix.knowledge.typing_facts import (
    FUNCTION_BUILTINS,
    LOWERCASE_BUILTINS,
    LOWERCASE_TYPES,
    NOT_TYPES,
)
from lever_fix.semantics.module import Module

_KINDS = (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Call, ast.Constant)
_SUSPECT = frozenset(name.rpartition(".")[2] for name in NOT_TYPES)
_COMMON = frozenset({"str", "int", "float", "bool", "bytes", "Any"})
"""Operands that nearly every module has and nobody rebinds in a scope with annotations."""


def is_operand(node: ast.expr) -> bool:
    """True for an expression that may be an operand at all, doubtful or not."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and is_operand(node.left) and is_operand(node.right)
    return isinstance(node, _KINDS)


def may_be_tuple(module: Module, node: ast.expr) -> bool:
    """True where the only thing inside `Union[...]` may be a tuple of its operands."""
    if isinstance(node, ast.Call):
        return True
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant | ast.Slice | ast.UnaryOp)
    name = dotted(node)
    last = name.rpartition(".")[2]
    if not name or name in LOWERCASE_BUILTINS:
        return False
    if last[:1].islower() or (last.isupper() and len(last) > 1) or not last[:1].isalpha():
        return origin(module, name) not in LOWERCASE_TYPES
    return "." not in name and is_assigned(module, name)


def doubts(module: Module, operands: Sequence[ast.expr], offset: int) -> Iterator[str]:
    """Why `|` might raise TypeError on an operand where `typing` does not, in words."""
    for node in operands:
        reason = _doubt(module, node, offset)
        if reason:
            yield reason


def _doubt(module: Module, node: ast.expr, offset: int) -> str:
    match node:
        case ast.Call():
            return f"`{text(node)}` is a call; whether what it returns supports `|` is not known"
        case ast.Subscript(slice=ast.Constant(value=int()) | ast.UnaryOp()):
            return f"`{text(node)}` is an item looked up at run time; it may not support `|`"
        case ast.Subscript(value=ast.Name()):
            return ""
        case ast.Subscript(value=value):
            return _doubt(module, value, offset)
        case ast.BinOp(left=left, right=right):
            return _doubt(module, left, offset) or _doubt(module, right, offset)
        case ast.Name(id=name):
            return "" if name in _COMMON else _doubt_name(module, name, offset)
        case ast.Attribute():
            return _doubt_dotted(module, node, offset)
    return ""


def _doubt_name(module: Module, name: str, offset: int) -> str:
    what = visible_binding(module, name, offset)
    if what:
        return f"`{name}` is {what} here; `|` raises TypeError when evaluated"
    if is_variable(module, name, offset):
        return f"`{name}` is a variable; `|` raises TypeError if it holds None or a string"
    key = ("operand", name)
    if key not in module.memo:
        module.memo[key] = _doubt_global(module, name)
    return str(module.memo[key])


def _doubt_global(module: Module, name: str) -> str:
    renamed = b" as %b" % name.encode() in module.view
    if name not in _SUSPECT and not name[:1].islower() and not renamed:
        return ""
    source = origin(module, name)
    if source in NOT_TYPES:
        return _not_a_class(source)
    if source in LOWERCASE_TYPES or not name[:1].islower() or _defines_class(module, name):
        return ""
    if name in LOWERCASE_BUILTINS:
        return ""
    if name in FUNCTION_BUILTINS and not source:
        return f"`{name}` is a builtin function, not a type: `{name} | None` raises TypeError"
    return _may_be_function(name)


def _doubt_dotted(module: Module, node: ast.Attribute, offset: int) -> str:
    name = dotted(node)
    if not name:
        return _may_be_function(ast.unparse(node)) if node.attr[:1].islower() else ""
    root, _, rest = name.partition(".")
    if root in ("self", "cls") and is_variable(module, root, offset):
        return f"`{name}` is a variable; `|` raises TypeError if it holds None or a string"
    last = rest.rpartition(".")[2]
    if last not in _SUSPECT and not last[:1].islower():
        return ""
    source = origin(module, name)
    if source in NOT_TYPES:
        return _not_a_class(source)
    if source in LOWERCASE_TYPES or not last[:1].islower():
        return ""
    return _may_be_function(name)


def _not_a_class(source: str) -> str:
    return f"`{source}` is not a class in every supported Python; `|` may raise TypeError"


def _may_be_function(name: str) -> str:
    return f"`{name}` may be a function: lowercase, and not a class known here"


def _defines_class(module: Module, name: str) -> bool:
    return any(block.name == name and block.is_class for block in module.lexed.blocks)
