"""`refresh(row, ["orders"])` for each row: what takes it out once the query loads the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.orm.layout import RefusedError
from lever_fix.domains.orm.needs import Need
from lever_fix.domains.orm.trace import Touched
from lever_fix.model import Edit
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


@dataclass(frozen=True)
class Removal:
    """A statement taken out, with the names that its loop no longer binds."""

    edits: tuple[Edit, ...]
    names: tuple[str, ...] = ()


def without_refreshes(need: Need) -> Iterator[Removal]:
    """The edits that take the refreshes out.

    Raises:
        RefusedError: One stands where it cannot be taken out.
    """
    seen: set[ast.AST] = set()
    for touch in need.touches:
        if touch.how == "refresh" and touch.node not in seen:
            seen.add(touch.node)
            yield _removal(touch)


def _removal(touch: Touched) -> Removal:
    module = touch.frame.module
    known = scopes(module)
    statement: ast.stmt = known.statement(touch.node)
    call = touch.node
    awaited = known.parent(call)
    if awaited is not statement and known.parent(awaited or call) is not statement:
        raise RefusedError("refresh-kept", "the refresh is part of a larger expression")
    parent = known.parent(statement)
    names: tuple[str, ...] = ()
    if isinstance(parent, ast.For | ast.AsyncFor) and parent.body == [statement]:
        if not isinstance(parent.target, ast.Name) or parent.orelse:
            raise RefusedError("refresh-kept", "its loop does more than refresh")
        name, statement = parent.target.id, parent
        if _is_used(module, parent, name):
            raise RefusedError("refresh-kept", "its loop's variable is used behind it")
        names = (name,)
    elif getattr(parent, "body", None) == [statement]:
        raise RefusedError("refresh-kept", "nothing else stands in its block")
    return Removal((_without(module, statement),), names)


def _is_used(module: Module, loop: ast.For | ast.AsyncFor, name: str) -> bool:
    known = scopes(module)
    function = known.function_of(loop) or module.tree
    inside: set[int] = set()
    for other in ast.walk(function):
        if not isinstance(other, ast.For | ast.AsyncFor | ast.comprehension):
            continue
        if isinstance(other.target, ast.Name) and other.target.id == name:
            whole = known.parent(other) if isinstance(other, ast.comprehension) else other
            inside |= {id(one) for one in ast.walk(whole or other)}
    return any(
        isinstance(one, ast.Name)
        and one.id == name
        and isinstance(one.ctx, ast.Load)
        and id(one) not in inside
        and one.lineno > loop.lineno
        for one in ast.walk(function)
    )


def _without(module: Module, statement: ast.stmt) -> Edit:
    """The edit that takes whole lines out."""
    span = module.span(statement)
    start = module.view.rfind(b"\n", 0, span.start) + 1
    stop = module.view.find(b"\n", span.end)
    end = stop + 1 if stop >= 0 else len(module.view)
    if module.view[start : span.start].strip() or module.view[span.end : end].strip():
        raise RefusedError("layout", "something else stands on the lines of the refresh")
    if any(start <= at < end for at, _ in module.lexed.comments):
        raise RefusedError("layout", "a comment stands at the refresh")
    return module.edit(start, end, "")
