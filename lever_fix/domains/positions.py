"""The position of an expression in its statement: annotation, base, alias, argument, value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lever_fix.model import Span


@dataclass(frozen=True)
class Place:
    """The position of an expression.

    Attributes:
        role: `parameter`, `return`, `variable` (annotations), `base`, `decorator`, `default`,
            `alias` (the value assigned to a name), or `value`.
        quoted: The string literal that holds the expression, if one does.
        callee: Dotted name of the called function where the expression is a direct argument.
        keyword: Name of the keyword argument it is, if it is one.
    """

    role: str
    quoted: Span | None = None
    callee: str = ""
    keyword: str = ""

    @property
    def annotation(self) -> bool:
        """True where the expression is (part of) an annotation, which may hold strings."""
        return self.role in ("parameter", "return", "variable")


def _elsewhere(_node: ast.AST, _child: ast.AST, place: Place) -> Place:
    return Place("value", place.quoted) if place.quoted else ELSEWHERE


def _role(role: str) -> Callable[[ast.AST, ast.AST, Place], Place]:
    fixed = Place(role)
    return lambda _node, _child, _place: fixed


def _argument(node: ast.Call, child: ast.AST, place: Place) -> Place:
    """Only the first argument of `cast` is a type; of `TypeVar`, all but the first are."""
    callee = dotted(node.func)
    name, first = callee.rpartition(".")[2], child is node.args[0]
    typed = first if name == "cast" else not (first and name in TYPE_CALLS)
    return Place("value", place.quoted, callee if typed else "")


def _keyword(node: ast.Call, child: ast.keyword, place: Place) -> Place:
    return Place("value", place.quoted, dotted(node.func), child.arg or "")


def _slice(node: ast.Subscript, _child: ast.AST, place: Place) -> Place:
    """Inside `Literal[...]` strings are values; in `Annotated[X, ...]` only X is a type."""
    name = dotted(node.value).rpartition(".")[2]
    if name == "Literal":
        return Place("value", place.quoted)
    if name == "Annotated" and isinstance(node.slice, ast.Tuple):
        return Place("annotated", place.quoted, place.role)
    return place


def _element(node: ast.Tuple, child: ast.AST, place: Place) -> Place:
    if place.role != "annotated":
        return place
    if child is node.elts[0]:
        return Place(place.callee, place.quoted)
    return Place("value", place.quoted)


TYPE_CALLS = frozenset({"cast", "TypeVar", "NewType", "assert_type"})
"""Functions of `typing` with an argument that is a type, or a string that holds one."""

FORMATTED = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))
ELSEWHERE = Place("value")
RULES: dict[tuple[type[ast.AST], str], Callable[[Any, Any, Place], Place]] = {
    (ast.arg, "annotation"): _role("parameter"),
    (ast.FunctionDef, "returns"): _role("return"),
    (ast.AsyncFunctionDef, "returns"): _role("return"),
    (ast.AnnAssign, "annotation"): _role("variable"),
    (ast.AnnAssign, "value"): _role("alias"),
    (ast.Assign, "value"): _role("alias"),
    (ast.ClassDef, "bases"): _role("base"),
    (ast.ClassDef, "decorator_list"): _role("decorator"),
    (ast.FunctionDef, "decorator_list"): _role("decorator"),
    (ast.AsyncFunctionDef, "decorator_list"): _role("decorator"),
    (ast.arguments, "defaults"): _role("default"),
    (ast.arguments, "kw_defaults"): _role("default"),
    (ast.Call, "func"): _elsewhere,
    (ast.Call, "args"): _argument,
    (ast.Call, "keywords"): _keyword,
    (ast.Subscript, "slice"): _slice,
    (ast.Tuple, "elts"): _element,
}
"""How the position of a node's child differs from the node's own, by type and field."""
if hasattr(ast, "TypeAlias"):
    RULES[ast.TypeAlias, "value"] = _role("alias")


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a chain of attributes on a name; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
