"""Where a module uses names from `typing`, and in what position each use stands.

Only statements near a use are parsed, and only the branches that lead to it are walked.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import NamedTuple

from lever_fix.domains.positions import (
    ELSEWHERE,
    FORMATTED,
    RULES,
    TYPE_CALLS,
    Place,
    dotted,
)
from lever_fix.knowledge.typing_facts import BUILTINS, MOVED, RENAMED, SOURCES
from lever_fix.model import Span
from lever_fix.semantics.annotation_ranges import annotation_ranges, parse_expression
from lever_fix.semantics.bindings import may_be_bound, shadowed
from lever_fix.semantics.imports import ImportedName, imports_from
from lever_fix.semantics.lexical import Range
from lever_fix.semantics.module import Module

_PLAIN_LITERAL = re.compile(rb"(?:[uU]?)(\"\"\"|'''|\"|')", re.DOTALL)
_LINE = re.compile(rb"\n")


class Use(NamedTuple):
    """One use of a name from `typing`.

    Attributes:
        name: The name in `typing`, such as `Optional`.
        bound: The name in the file that leads to it: `Optional`, `Opt`, `t`.
        node: The name or dotted name itself.
        parents: The expressions and statement around it, innermost first.
        place: The position of the whole expression.
        origin: Offset in the module of each line of the parsed text the nodes belong to.
        offset: Where the statement stands.
        ordinary: True in an annotation on one line, without strings, comments and calls, where
            only well-known generics are subscripted. What holds of its nodes holds wherever the
            same text stands, since equal texts share one tree.
    """

    name: str
    bound: str
    node: ast.Name | ast.Attribute
    parents: tuple[ast.AST, ...]
    place: Place
    origin: tuple[int, ...]
    offset: int
    ordinary: bool = False

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

    def resolve(self, name: str) -> str:
        """The name in `typing` that a dotted name of the file leads to; empty for any other."""
        head, dot, attribute = name.rpartition(".")
        if dot:
            return attribute if head in self.modules else ""
        for found in self.imported:
            if found.bound == name and found.name:
                return found.name
        starred = any(found.name == "*" for found in self.imported)
        return name if starred and name in TYPE_CALLS else ""


WANTED = frozenset({"Optional", "Union"}) | set(BUILTINS) | set(RENAMED) | set(MOVED)
"""The names of `typing` that have a better spelling."""


def typing_names(module: Module) -> TypingNames:
    """The names through which a module reaches the wanted names of `typing`."""
    known: TypingNames | None = module.memo.get("typing-names")
    if known is not None:
        return known
    imported = imports_from(module, *SOURCES)
    direct = {found.bound: found.name for found in imported if found.name in WANTED}
    if any(found.name == "*" for found in imported):
        direct |= {name: name for name in WANTED}
    modules = frozenset(found.bound for found in imported if not found.name)
    names = TypingNames(direct, modules, tuple(imported))
    module.memo["typing-names"] = names
    return names


def typing_uses(module: Module) -> tuple[TypingNames, list[Use]]:
    """The names of `typing` a module uses, and every use in file order, shadowed ones left out.

    Worked out once per module, whoever asks.
    """
    known = module.memo.get("typing-uses")
    if known is None:
        names = typing_names(module)
        known = module.memo["typing-uses"] = (names, _uses(module, names))
    found: tuple[TypingNames, list[Use]] = known
    return found


def _uses(module: Module, names: TypingNames) -> list[Use]:
    words = set(names.direct) | (WANTED if names.modules else frozenset())
    if not words:
        return []
    offsets = [match.start() for match in module.occurrences(sorted(words))]
    found: list[Use] = []
    foreign: set[str] = set()
    index = 0
    while index < len(offsets):
        start, end = module.lexed.statement_at(offsets[index])
        stop = bisect_left(offsets, end, index)
        near = offsets[index : max(stop, index + 1)]
        index += len(near)
        if _is_prose(module, start, near):
            continue
        if _is_import(module, start):
            foreign |= _foreign(module, names, start, end)
            continue
        if not _from_annotations(module, names, (start, end), near, found):
            statement = module.statement_at(near[0])
            walk = _Walk(module, names, start, near, tuple(statement.starts), found)
            for node in statement.nodes:
                walk.visit(node, (), ELSEWHERE)
    return [use for use in found if use.bound not in foreign] if foreign else found


def _foreign(module: Module, names: TypingNames, start: int, end: int) -> set[str]:
    """Names that an import from elsewhere binds as well, so that who wins is not known here."""
    if any(start <= found.span.start < end for found in names.imported):
        return set()
    bound = set()
    for node in module.statement_at(start).nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return bound & set(names.direct)


def _from_annotations(
    module: Module, names: TypingNames, line: Range, near: list[int], found: list[Use]
) -> bool:
    """Collect the uses of a line all of which stand in its annotations; false if some do not."""
    ranges = annotation_ranges(module.lexed, *line)
    if ranges is None:
        return False
    pieces = []
    left = near
    for start, end, role in ranges:
        inside = left[: bisect_left(left, end)]
        if not inside:
            continue
        parsed = parse_expression(module.view[start:end])
        if parsed is None or inside[0] < start:
            return False
        pieces.append((start, parsed, role, inside))
        left = left[len(inside) :]
    if left:
        return False
    for start, (expression, lines), role, inside in pieces:
        origin = (start - 1,) if len(lines) == 1 else tuple(start + at for at in lines)
        known = ordinary_names(expression)
        walk = _Walk(module, names, line[0], inside, origin, found)
        if known is None:
            walk.visit(expression, _IN_ANNOTATION, _ROLES[role])
        else:
            for node, parents in known:
                walk.resolve(node, parents, _ROLES[role], ordinary=True)
    return True


Named = tuple[ast.Name | ast.Attribute, tuple[ast.AST, ...]]
"""A name or dotted name, and the expressions around it, innermost first."""


def ordinary_names(expression: ast.expr) -> tuple[Named, ...] | None:
    """The names of an ordinary annotation, in order; None for any other.

    Kept on the tree, which all equal texts share.
    """
    try:
        known: tuple[Named, ...] | None = expression._lever_names  # type: ignore[attr-defined]
    except AttributeError:
        found: list[Named] = []
        ordinary = expression.end_lineno == 1 and _is_ordinary(expression, _IN_ANNOTATION, found)
        known = tuple(found) if ordinary else None
        expression._lever_names = known  # type: ignore[attr-defined]
    return known


def _is_ordinary(node: ast.expr, parents: tuple[ast.AST, ...], found: list[Named]) -> bool:
    match node:
        case ast.Constant(value=None):
            return True
        case ast.Name() | ast.Attribute(value=ast.Name()):
            found.append((node, parents))
            return True
        case ast.Subscript(
            value=ast.Name() | ast.Attribute(value=ast.Name()) as head, slice=inside
        ):
            found.append((head, (node, *parents)))
            known = dotted(head).rpartition(".")[2] in _ORDINARY
            return known and _is_ordinary(inside, (node, *parents), found)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) if parents is not _IN_ANNOTATION:
            return all(_is_ordinary(element, (node, *parents), found) for element in elements)
    return False


_ORDINARY = WANTED - {"Callable"} | set(BUILTINS.values()) | {"deque", "defaultdict"}
_IN_ANNOTATION = (ast.arg("", None),)
_ROLES = {role: Place(role) for role in ("parameter", "return", "variable")}


def _is_prose(module: Module, start: int, near: list[int]) -> bool:
    """True where all of them stand in a string that is a statement of its own."""
    held = module.lexed.opaque_at(near[0])
    return held is not None and module.lexed.string_start(held) == start and near[-1] < held[1]


def _is_import(module: Module, start: int) -> bool:
    return module.view.startswith((b"from ", b"import "), start)


class _Walk(NamedTuple):
    """Walks one statement toward the offsets at hand, keeping track of the position."""

    module: Module
    names: TypingNames
    start: int
    near: list[int]
    origin: tuple[int, ...]
    found: list[Use]

    def visit(self, node: ast.AST, parents: tuple[ast.AST, ...], place: Place) -> None:
        """Collect the uses in and below a node that is known to be near."""
        kind = type(node)
        if kind is ast.Name or kind is ast.Attribute:
            if self.resolve(node, parents, place):  # type: ignore[arg-type]
                return
        elif kind is ast.Constant:
            self._quoted(node, parents, place)  # type: ignore[arg-type]
            return
        elif kind in FORMATTED:
            # Positions in f-strings are wrong before Python 3.12, and what they print changes.
            return
        above = (node, *parents)
        for field in node._fields:
            value = getattr(node, field, None)
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST) and self._is_near(child):
                    rule = RULES.get((kind, field))
                    below = place if rule is None else rule(node, child, place)
                    self.visit(child, above, below)

    def _is_near(self, node: ast.AST) -> bool:
        try:
            start = self.origin[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
            end = self.origin[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        except AttributeError:
            return bool(node._fields)  # `ast.arguments` has no position; `ast.Load` no fields
        index = bisect_left(self.near, start)
        return index < len(self.near) and self.near[index] < end

    def resolve(
        self,
        node: ast.Name | ast.Attribute,
        parents: tuple[ast.AST, ...],
        place: Place,
        *,
        ordinary: bool = False,
    ) -> bool:
        """Collect the use that a name or dotted name is, if it is one."""
        if isinstance(node, ast.Name):
            name, bound = self.names.direct.get(node.id, ""), node.id
        elif isinstance(node.value, ast.Name) and node.value.id in self.names.modules:
            name, bound = node.attr, node.value.id
        else:
            return False
        if name not in WANTED or not self._means_typing(bound):
            return False
        self.found.append(Use(name, bound, node, parents, place, self.origin, self.start, ordinary))
        return True

    def _means_typing(self, bound: str) -> bool:
        """True where nothing but an import of `typing` visible from here binds the name."""
        offset, key = self.start, ("means-typing", bound)
        if key not in self.module.memo:
            self.module.memo[key] = not may_be_bound(self.module, bound) and any(
                found.block is None and found.bound in (bound, "*") for found in self.names.imported
            )
        if self.module.memo[key]:
            return True
        if shadowed(self.module, bound, offset):
            return False
        imported = [found for found in self.names.imported if found.bound in (bound, "*")]
        if any(found.block is None for found in imported):
            return True
        around = set(self.module.enclosing(offset))
        return any(found.block in around for found in imported)

    def _span(self, node: ast.expr) -> Span:
        return Span(
            self.origin[node.lineno - 1] + node.col_offset,
            self.origin[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0),
        )

    def _quoted(self, node: ast.Constant, parents: tuple[ast.AST, ...], place: Place) -> None:
        """Walk the expression that a string in an annotation holds, where it is plain text."""
        if not isinstance(node.value, str) or place.quoted is not None:
            return
        if not (place.annotation or self.names.resolve(place.callee) in TYPE_CALLS):
            return
        span = self._span(node)
        inner = plain_literal(self.module, span)
        if inner is None:
            return
        text = self.module.view[inner.start : inner.end]
        try:
            expression = ast.parse(b"(" + text + b")", mode="eval").body
        except (SyntaxError, ValueError):
            return
        origin = (inner.start - 1, *(inner.start + m.end() for m in _LINE.finditer(text)))
        walk = self._replace(origin=origin)
        walk.visit(expression, parents, replace(place, quoted=span))


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
