"""What an annotation of a mapped attribute says: the target class, and one or many."""

from __future__ import annotations

import ast
from typing import NamedTuple

_WRAPPERS = frozenset({
    "DynamicMapped", "InstrumentedAttribute", "Mapped", "MappedColumn", "Relationship",
    "RelationshipProperty", "WriteOnlyMapped",
})  # fmt: skip
_MANY = frozenset({
    "AppenderQuery", "Collection", "FrozenSet", "InstrumentedList", "Iterable", "List", "Sequence",
    "Set", "frozenset", "list", "set",
})  # fmt: skip
_KEYED = frozenset({"Dict", "MappedCollection", "Mapping", "MutableMapping", "dict"})
_NO_CLASS = frozenset({
    "Any", "bool", "bytes", "date", "datetime", "float", "int", "object", "str",
})  # fmt: skip


class Mapped(NamedTuple):
    """A taken-apart annotation.

    Attributes:
        wrapper: `Mapped`, `WriteOnlyMapped`, ...; empty for a plain annotation (SQLModel).
        target: The class as written, possibly dotted; empty where there is not exactly one.
        collection: Whether it is inside a list, set or dict.
        keyed: Whether it is the value of a dict.
    """

    wrapper: str
    target: str
    collection: bool
    keyed: bool


def mapped(node: ast.expr) -> Mapped:
    """Take the annotation of a mapped attribute apart."""
    node = _unquoted(node)
    wrapper = ""
    if isinstance(node, ast.Subscript) and (last := _last(node.value)) in _WRAPPERS:
        wrapper, node = last, _unquoted(node.slice)
    target, collection, keyed = _inside(node)
    many = wrapper in ("DynamicMapped", "WriteOnlyMapped")
    return Mapped(wrapper, "" if target in _NO_CLASS else target, collection or many, keyed)


def _inside(node: ast.expr) -> tuple[str, bool, bool]:
    node = _unquoted(node)
    if isinstance(node, ast.Subscript):
        last = _last(node.value)
        if last in ("Optional", "Annotated", "ClassVar", "Final"):
            first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            return _inside(first)
        if last == "Union" and isinstance(node.slice, ast.Tuple):
            return _only([_inside(one) for one in node.slice.elts if not _is_none(one)])
        if last in _MANY:
            target, _, keyed = _inside(node.slice)
            return target, True, keyed
        if last in _KEYED and isinstance(node.slice, ast.Tuple):
            return _inside(node.slice.elts[-1])[0], True, True
        return "", False, False
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [one for one in (node.left, node.right) if not _is_none(one)]
        return _only([_inside(one) for one in sides])
    return name_in(node), False, False


def _only(found: list[tuple[str, bool, bool]]) -> tuple[str, bool, bool]:
    return found[0] if len(found) == 1 else ("", False, False)


def name_in(node: ast.expr) -> str:
    """The dotted name an expression, a string or a `lambda: Name` gives; empty for none."""
    node = _unquoted(node)
    if isinstance(node, ast.Lambda):
        node = node.body
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def names_in(node: ast.expr) -> list[str]:
    """Every dotted name an annotation mentions, quoted ones included."""
    node = _unquoted(node)
    if isinstance(node, ast.Name | ast.Attribute):
        return [name] if (name := name_in(node)) else []
    return [
        name
        for child in ast.iter_child_nodes(node)
        if isinstance(child, ast.expr)
        for name in names_in(child)
    ]


def _unquoted(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return node
    return node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
