"""Names that hold a response first, and then what was read from it."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from lever_fix.domains.http.places import index_in, suite_of
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode


@dataclass(frozen=True)
class Taken:
    """A name that is taken over.

    Attributes:
        response: From the call up to the end of what takes the name over.
        after: From there to where the name holds a response again, or its suite ends.
    """

    response: Span
    after: Span


def taken_over(
    module: Module, statement: ast.stmt, name: str, made: Collection[ast.stmt]
) -> Taken | None:
    """How a statement takes over the name of a response that was made above it in its suite."""
    value = _source(statement, name)
    if value is None or not any(_is_use(node, name) for node in ast.walk(value)):
        return None
    suite = suite_of(module, statement)
    place = index_in(suite, statement)
    above = [one for one in suite[:place] if one in made]
    again = [one for one in suite[place + 1 :] if one in made]
    if not above:
        return None
    end = module.span(value).end
    stop = module.span(again[0]).start if again else module.span(suite[-1]).end
    return Taken(Span(module.span(above[-1]).start, end), Span(end, stop))


def _source(statement: ast.stmt, name: str) -> ast.expr | None:
    """The value whose parts the name stands for from a statement on."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return value
        case ast.For(target=ast.Name(id=target), iter=value) if target == name:
            return value
    return None


def _is_use(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def stray_use(
    module: Module,
    function: FunctionNode,
    name: str,
    taken: Collection[Taken],
    made: Collection[ast.stmt],
) -> ast.AST | None:
    """A use of a name that may find either; or a response whose name nothing takes over."""
    starts = {one.response.start for one in taken}
    spans = [span for one in taken for span in (one.response, one.after)]
    for node in ast.walk(function):
        if _is_use(node, name):
            at = module.span(node).start
            if not any(span.start <= at < span.end for span in spans):
                return node
    return next((one for one in made if module.span(one).start not in starts), None)
