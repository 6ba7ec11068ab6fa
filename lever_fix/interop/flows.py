"""Changes that hang together by what they compute: a value that is another, and its changed uses.

`response = fetch(url)` that becomes `response = await fetch_soon(url)` is one change with the line
below it that becomes `response.body`: each of them parses and defines its names, and neither works
without the other. What only changes the look of the code has no part in it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """What one change does to values.

    Attributes:
        scope: Qualified name of the scope it stands in.
        computes: Whether it changes what is computed, not only how it is written.
        revalued: Names that get another value, with the scopes that may see it.
        returns: Whether it changes if and how often its function returns or yields.
        words: The words on the changed lines.
    """

    scope: str
    computes: bool
    revalued: frozenset[tuple[str, str]]
    returns: bool
    words: frozenset[str]


class Statements:
    """The statements of a module by their lines, headers of compound ones without their bodies."""

    def __init__(self, tree: ast.Module) -> None:
        self._places = [
            (node.lineno, _last_line(node), node)
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt)
        ]

    def on(self, lines: set[int]) -> list[ast.stmt]:
        """The statements that stand on any of these lines."""
        if not lines:
            return []
        first, last = min(lines), max(lines)
        return [
            node
            for start, end, node in self._places
            if start <= last and end >= first and not lines.isdisjoint(range(start, end + 1))
        ]


def flow(
    old: Sequence[ast.stmt], new: Sequence[ast.stmt], scope: str, words: frozenset[str]
) -> Flow:
    """What a change from these statements to those does."""
    before, after = (Counter(map(_computed, nodes)) for nodes in (old, new))
    values, others = _values(old), _values(new)
    names = {name for name in values.keys() | others.keys() if values.get(name) != others.get(name)}
    kinds, other_kinds = _kinds(old), _kinds(new)
    return Flow(
        scope,
        before != after,
        frozenset((name.removeprefix("."), _seen_from(scope, name)) for name in names),
        kinds["Yield"] != other_kinds["Yield"] or kinds["Return"] != other_kinds["Return"],
        words,
    )


def flowing(flows: Sequence[Flow]) -> Iterator[set[int]]:
    """Which changes hang together."""
    for at, one in enumerate(flows):
        for name, scope in one.revalued:
            yield {at} | {
                place
                for place, other in enumerate(flows)
                if other.computes and name in other.words and _is_within(other.scope, scope)
            }
    kinds: dict[str, set[int]] = {}
    for at, one in enumerate(flows):
        if one.returns:
            kinds.setdefault(one.scope, set()).add(at)
    yield from kinds.values()


def _is_within(inner: str, outer: str) -> bool:
    return not outer or inner == outer or inner.startswith(f"{outer}.")


def _seen_from(scope: str, name: str) -> str:
    """The scope a name is seen in: an attribute of `self` in all methods of its class."""
    return scope.rpartition(".")[0] if name.startswith(".") else scope


def _last_line(node: ast.stmt) -> int:
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not body or not isinstance(body, list):
        return node.end_lineno or node.lineno
    first = body[0].pattern if isinstance(body[0], ast.match_case) else body[0]
    return max(node.lineno, first.lineno - 1)


def _own(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are no statements themselves."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child


def _computed(node: ast.stmt) -> str:
    """What a statement computes, whatever it looks like and is annotated with."""
    kind = "Assign" if isinstance(node, ast.AnnAssign) and node.value else type(node).__name__
    parts = [one for one in _own(node) if one is not getattr(node, "annotation", None)]
    return f"{kind}({', '.join(map(ast.dump, parts))})"


def _values(nodes: Sequence[ast.stmt]) -> dict[str, Counter[str]]:
    """What is bound to each name; attributes of `self` start with a dot."""
    found: dict[str, Counter[str]] = {}
    for target, value in (pair for node in nodes for pair in _bound(node)):
        for inner in ast.walk(target):
            if not isinstance(getattr(inner, "ctx", None), ast.Store):
                continue
            if isinstance(inner, ast.Name):
                found.setdefault(inner.id, Counter())[ast.dump(value)] += 1
            elif isinstance(inner, ast.Attribute) and ast.unparse(inner.value) in ("self", "cls"):
                found.setdefault(f".{inner.attr}", Counter())[ast.dump(value)] += 1
    return found


def _bound(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign():
            yield from ((target, node.value) for target in node.targets)
        case ast.AnnAssign(value=ast.expr() as value) | ast.AugAssign(value=value):
            yield node.target, value
        case ast.For() | ast.AsyncFor():
            yield node.target, node.iter
        case ast.With() | ast.AsyncWith():
            yield from (
                (one.optional_vars, one.context_expr) for one in node.items if one.optional_vars
            )
    for part in _own(node):
        for inner in ast.walk(part):
            if isinstance(inner, ast.NamedExpr):
                yield inner.target, inner.value


def _kinds(nodes: Sequence[ast.stmt]) -> Counter[str]:
    found = Counter(type(node).__name__ for node in nodes)
    for node in nodes:
        for part in _own(node):
            for inner in ast.walk(part):
                if isinstance(inner, ast.Yield | ast.YieldFrom):
                    found["Yield"] += 1
    return found
