"""Where a module uses names from `typing`, and in what position each use stands.

Only statements near a use are parsed, and only the branches that lead to it are walked.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lever_fix.knowledge.typing_facts import SOURCES
from lever_fix.model import Span
from lever_fix.semantics.bindings import shadowed
from lever_fix.semantics.imports import ImportedName, imports_from
from lever_fix.semantics.module import Module, Statement

_PLAIN_LITERAL = re.compile(rb"(?:[uU]?)(\"\"\"|'''|\"|')", re.DOTALL)
_LINE = re.compile(rb"\n")


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


@dataclass(frozen=True)
class Use:
    """One use of a name from `typing`.

    Attributes:
        name: The name in `typing`, such as `Optional`.
        bound: The name in the file that leads to it: `Optional`, `Opt`, `t`.
        node: The name or dotted name itself.
        parents: The expressions and statement around it, innermost first.
        place: The position of the whole expression.
        origin: Offset in the module of each line of the parsed text the nodes belong to.
        offset: Where the statement stands.
    """

    name: str
    bound: str
    node: ast.Name | ast.Attribute
    parents: tuple[ast.AST, ...]
    place: Place
    origin: tuple[int, ...]
    offset: int

    def span(self, node: ast.expr) -> Span:
        """Where a node around or below this use stands in the module."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Span(
            self.origin[node.lineno - 1] + node.col_offset,
            self.origin[node.end_lineno - 1] + node.end_col_offset,
        )


@dataclass(frozen=True)
class TypingNames:
    """What a module calls the names of `typing`.

    Attributes:
        direct: Name in the file to name in `typing`: `{"Opt": "Optional"}`.
        modules: Names in the file that are `typing` itself.
        imported: The import of each.
    """

    direct: dict[str, str]
    modules: frozenset[str]
    imported: tuple[ImportedName, ...]


def typing_names(module: Module, wanted: frozenset[str]) -> TypingNames:
    """The names through which a module reaches the wanted names of `typing`."""
    imported = imports_from(module, *SOURCES)
    direct = {found.bound: found.name for found in imported if found.name in wanted}
    if any(found.name == "*" for found in imported):
        direct |= {name: name for name in wanted}
    modules = frozenset(found.bound for found in imported if not found.name)
    return TypingNames(direct, modules, tuple(imported))


def typing_uses(module: Module, names: TypingNames, wanted: frozenset[str]) -> Iterator[Use]:
    """Every use of the wanted names, in file order, shadowed ones left out."""
    words = set(names.direct) | (wanted if names.modules else frozenset())
    if not words:
        return
    offsets = [match.start() for match in module.occurrences(sorted(words))]
    index = 0
    while index < len(offsets):
        start, end = module.lexed.statement_at(offsets[index])
        stop = bisect_left(offsets, end, index)
        near = offsets[index : max(stop, index + 1)]
        index += len(near)
        if _is_prose(module, start, near) or _is_import(module, start):
            continue
        statement = module.statement_at(near[0])
        walk = _Walk(module, names, wanted, statement, near)
        yield from walk.statement()


def _is_prose(module: Module, start: int, near: list[int]) -> bool:
    """True where all of them stand in a string that is a statement of its own."""
    held = module.lexed.opaque_at(near[0])
    return held is not None and module.lexed.string_start(held) == start and near[-1] < held[1]


def _is_import(module: Module, start: int) -> bool:
    return module.view.startswith((b"from ", b"import "), start)


class _Walk:
    """Walks one statement toward the offsets at hand, keeping track of the position."""

    def __init__(
        self,
        module: Module,
        names: TypingNames,
        wanted: frozenset[str],
        statement: Statement,
        near: list[int],
    ) -> None:
        self.module = module
        self.names = names
        self.wanted = wanted
        self.at = statement
        self.near = near
        self.origin = tuple(statement.starts)

    def statement(self) -> Iterator[Use]:
        for node in self.at.nodes:
            yield from self._visit(node, (), Place("value"))

    def _visit(self, node: ast.AST, parents: tuple[ast.AST, ...], place: Place) -> Iterator[Use]:
        if isinstance(node, (ast.expr, ast.stmt, ast.arg, ast.keyword)):
            if not self._is_near(node):
                return
            if isinstance(node, (ast.Name, ast.Attribute)):
                use = self._resolve(node, parents, place)
                if use is not None:
                    yield use
                    return
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from self._quoted(node, parents, place)
                return
            elif isinstance(node, ast.JoinedStr):
                # Positions inside f-strings are wrong before Python 3.12.
                return
        above = (node, *parents)
        for field in node._fields:
            value = getattr(node, field, None)
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST):
                    yield from self._visit(child, above, _place(node, field, child, place))

    def _is_near(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> bool:
        start = self.origin[node.lineno - 1] + node.col_offset
        end = self.origin[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        index = bisect_left(self.near, start)
        return index < len(self.near) and self.near[index] < end

    def _resolve(
        self, node: ast.Name | ast.Attribute, parents: tuple[ast.AST, ...], place: Place
    ) -> Use | None:
        if isinstance(node, ast.Name):
            name, bound = self.names.direct.get(node.id, ""), node.id
        elif isinstance(node.value, ast.Name) and node.value.id in self.names.modules:
            name, bound = node.attr, node.value.id
        else:
            return None
        if name not in self.wanted or not self._means_typing(bound):
            return None
        return Use(name, bound, node, parents, place, self.origin, self.at.start)

    def _means_typing(self, bound: str) -> bool:
        """True where nothing but an import of `typing` visible from here binds the name."""
        offset = self.at.start
        if shadowed(self.module, bound, offset):
            return False
        imported = [found for found in self.names.imported if found.bound in (bound, "*")]
        if any(found.block is None for found in imported):
            return True
        around = set(self.module.enclosing(offset))
        return any(found.block in around for found in imported)

    def _quoted(
        self, node: ast.Constant, parents: tuple[ast.AST, ...], place: Place
    ) -> Iterator[Use]:
        """Walk the expression that a string in an annotation holds, where it is plain text."""
        if not (place.annotation or _is_type_argument(place)) or place.quoted is not None:
            return
        span = self.at.span(node)
        inner = plain_literal(self.module, span)
        if inner is None:
            return
        text = self.module.view[inner.start : inner.end]
        try:
            expression = ast.parse(b"(" + text + b")", mode="eval").body
        except (SyntaxError, ValueError):
            return
        starts = [inner.start - 1, *(inner.start + m.end() for m in _LINE.finditer(text))]
        walk = _Walk(self.module, self.names, self.wanted, self.at, self.near)
        walk.origin = tuple(starts)
        yield from walk._visit(expression, parents, replace(place, quoted=span))


def plain_literal(module: Module, span: Span) -> Span | None:
    """The contents of a string literal that is one token without prefix and escapes."""
    text = module.view[span.start : span.end]
    match = _PLAIN_LITERAL.match(text)
    if match is None or b"\\" in text:
        return None
    quote = match.group(1)
    body = text[match.end() : len(text) - len(quote)]
    if quote in body or not text.endswith(quote) or len(text) < match.end() + len(quote):
        return None
    return Span(span.start + match.end(), span.end - len(quote))


def _is_type_argument(place: Place) -> bool:
    return place.callee.rpartition(".")[2] in ("cast", "TypeVar", "NewType")


def _place(node: ast.AST, field: str, child: ast.AST, place: Place) -> Place:
    """The position of a child of `node`, given that of `node`."""
    match node, field:
        case ast.arg(), "annotation":
            return Place("parameter")
        case ((ast.FunctionDef() | ast.AsyncFunctionDef()), "returns"):
            return Place("return")
        case ast.AnnAssign(), "annotation":
            return Place("variable")
        case ((ast.Assign() | ast.AnnAssign()), "value"):
            return Place("alias")
        case ast.ClassDef(), "bases":
            return Place("base")
        case _, "decorator_list":
            return Place("decorator")
        case ast.arguments(), ("defaults" | "kw_defaults"):
            return Place("default")
        case ast.Call(), "args":
            # Only the type argument of `cast` and its like is one.
            callee = dotted(node.func)
            typed = callee.rpartition(".")[2] != "cast" or child is node.args[0]
            return Place("value", place.quoted, callee if typed else "")
        case ast.Call(), "keywords":
            keyword = child.arg if isinstance(child, ast.keyword) else None
            return Place("value", place.quoted, dotted(node.func), keyword or "")
        case ast.Subscript(), "slice":
            return _slice_place(node, place)
        case ast.Tuple(), "elts" if place.role == "annotated":
            first = child is node.elts[0]
            return (
                replace(place, role=place.callee or "value", callee="")
                if first
                else Place("value", place.quoted)
            )
    if isinstance(node, (ast.stmt, ast.arguments)):
        return Place("value", place.quoted)
    return place


def _slice_place(node: ast.Subscript, place: Place) -> Place:
    """Inside `Literal[...]` strings are values; in `Annotated[X, ...]` only X is a type."""
    name = dotted(node.value).rpartition(".")[2]
    if name == "Literal":
        return Place("value", place.quoted)
    if name == "Annotated" and isinstance(node.slice, ast.Tuple):
        return Place("annotated", place.quoted, place.role)
    return place


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a chain of attributes on a name; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
