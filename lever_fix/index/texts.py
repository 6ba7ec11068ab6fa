"""The text of an annotation or a default: what `ast.unparse` writes, at a tenth of the price."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any


def text_of(node: ast.expr | None) -> str:
    """The text of an expression as `ast.unparse` writes it; empty for none."""
    if node is None:
        return ""
    text = _plain(node)
    return ast.unparse(node) if text is None else text


def _plain(node: ast.expr) -> str | None:
    """The text of an expression of the kinds that annotations are made of; None for another."""
    write = _WRITERS.get(type(node))
    return write(node) if write is not None else None


def _constant(node: ast.Constant) -> str | None:
    if type(node.value) in (str, bool, type(None)) or (type(node.value) is int and node.value >= 0):
        return repr(node.value) if node.kind is None else None
    return None


def _attribute(node: ast.Attribute) -> str | None:
    is_name = isinstance(node.value, ast.Name | ast.Attribute)
    base = _plain(node.value) if is_name else None
    return f"{base}.{node.attr}" if base is not None else None


def _union(node: ast.BinOp) -> str | None:
    if not isinstance(node.op, ast.BitOr) or isinstance(node.right, ast.BinOp):
        return None
    left, right = _plain(node.left), _plain(node.right)
    return f"{left} | {right}" if left is not None and right is not None else None


def _subscript(node: ast.Subscript) -> str | None:
    if not isinstance(node.value, ast.Name | ast.Attribute):
        return None
    base, inner = _plain(node.value), node.slice
    if isinstance(inner, ast.Tuple):
        parts = [_plain(one) for one in inner.elts]
        # A tuple of one is written with its comma, one in a tuple with its brackets.
        if len(parts) < 2 or None in parts:
            return None
        return f"{base}[{', '.join(part for part in parts if part)}]"
    text = _plain(inner)
    return f"{base}[{text}]" if text is not None and base is not None else None


_WRITERS: dict[type[ast.expr], Callable[[Any], str | None]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _union,
    ast.Constant: _constant,
    ast.Name: lambda node: node.id,
    ast.Subscript: _subscript,
}
