"""Whether an expression inside `Optional[...]` or `Union[...]` can stand beside `|`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lever_fix.domains.typing_uses import dotted
from lever_fix.knowledge.typing_facts import FUNCTION_BUILTINS, LOWERCASE_TYPES, NOT_TYPES
from lever_fix.semantics.lexical import Block
from lever_fix.semantics.module import Module

_KINDS = (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Call, ast.Constant)


def is_operand(node: ast.expr) -> bool:
    """True for an expression that may be an operand at all, doubtful or not."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and is_operand(node.left) and is_operand(node.right)
    return isinstance(node, _KINDS)


def doubts(module: Module, operands: list[ast.expr], offset: int) -> Iterator[str]:
    """Why `|` might raise TypeError on an operand where `typing` does not, in words."""
    for node in operands:
        reason = _doubt(module, node, offset)
        if reason:
            yield reason


def _doubt(module: Module, node: ast.expr, offset: int) -> str:
    match node:
        case ast.Call():
            text = ast.unparse(node)
            return f"`{text}` is a call; whether what it returns supports `|` is not known"
        case ast.Subscript(slice=ast.Constant(value=int())):
            text = ast.unparse(node)
            return f"`{text}` is an item looked up at run time; it may not support `|`"
        case ast.Subscript(value=value):
            return _doubt(module, value, offset) if not isinstance(value, ast.Name) else ""
        case ast.BinOp(left=left, right=right):
            return _doubt(module, left, offset) or _doubt(module, right, offset)
        case ast.Name(id=name):
            key = ("operand", name)
            if key not in module.memo:
                module.memo[key] = _doubt_name(module, name)
            return str(module.memo[key])
        case ast.Attribute():
            return _doubt_dotted(dotted(node) or ast.unparse(node))
    return ""


def _doubt_name(module: Module, name: str) -> str:
    if name in FUNCTION_BUILTINS and not _defines_class(module, name):
        return f"`{name}` is a builtin function, not a type: `{name} | None` raises TypeError"
    if any(block.name == name and not block.is_class for block in _top_blocks(module)):
        return f"`{name}` is a function in this module, not a type: `|` raises TypeError"
    if _string_alias(module, name):
        return f"`{name}` is a string here; `|` with a string raises TypeError when evaluated"
    origin = _import_of(module, name)
    if f"{origin}.{name}" in NOT_TYPES:
        return f"`{origin}.{name}` is not a class in every supported Python; `|` may raise"
    if name[:1].islower() and name not in LOWERCASE_TYPES and not _defines_class(module, name):
        return f"`{name}` may be a function: lowercase, and not a class known here"
    return ""


def _doubt_dotted(name: str) -> str:
    if name in NOT_TYPES:
        return f"`{name}` is not a class in every supported Python; `|` may raise TypeError"
    last = name.rpartition(".")[2]
    if last[:1].islower() and last not in LOWERCASE_TYPES:
        return f"`{name}` may be a function: lowercase, and not a class known here"
    return ""


def _top_blocks(module: Module) -> list[Block]:
    return [block for block in module.lexed.blocks if block.parent is None]


def _defines_class(module: Module, name: str) -> bool:
    return any(block.name == name and block.is_class for block in module.lexed.blocks)


def _string_alias(module: Module, name: str) -> bool:
    pattern = re.compile(rb"^%b[ \t]*(?::[^=\n]*)?=[ \t]*[rRuU]?[\"']" % name.encode(), re.M)
    return any(module.lexed.in_code(match.start()) for match in pattern.finditer(module.view))


def _import_of(module: Module, name: str) -> str:
    """The module an absolute `from` import takes `name` from, by the text of the line."""
    pattern = re.compile(
        rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import\b[^#\n]*\b%b\b" % name.encode(), re.M
    )
    match = pattern.search(module.view)
    return match.group(1).decode() if match else ""
