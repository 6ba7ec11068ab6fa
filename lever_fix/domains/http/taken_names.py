"""Names that hold a response at times, and something else at others: which, at each use?"""

from __future__ import annotations

import ast
from collections.abc import Collection

from lever_fix.domains.http.places import index_in, statements_above, suite_of
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_UNSURE = ast.Pass()
"""Stands for a binding that is one of several, or may not have happened."""


def other_uses(
    module: Module,
    function: FunctionNode,
    name: str,
    made: Collection[ast.stmt],
    binders: Collection[ast.stmt],
) -> set[ast.AST] | ast.AST:
    """The uses of a name where it surely holds no response; or one of which nobody knows.

    Args:
        module: The module.
        function: The function.
        name: The name.
        made: The statements that bind it to a response.
        binders: All statements that bind it.
    """
    found: set[ast.AST] = set()
    for node in ast.walk(function):
        if not (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)):
            continue
        binder = _binder_at(module, node, binders)
        if binder is None:
            return node
        if binder not in made:
            found.add(node)
    return found


def _binder_at(module: Module, node: ast.Name, binders: Collection[ast.stmt]) -> ast.stmt | None:
    """The one statement whose binding a use sees; None where it may be one of several."""
    current = scopes(module).statement(node)
    if isinstance(current, ast.While) and _bind(current.body, binders):
        return None
    for above in list(statements_above(module, current))[1:]:
        found = _last_binder(_before(module, current), binders)
        if found is None and isinstance(above, ast.Try) and current in above.orelse:
            found = _last_binder(above.body, binders)
        if found is None and _is_unsure(above, current, binders):
            found = _UNSURE
        if found is None and above in binders and isinstance(above, ast.For | ast.With):
            found = above
        if found is not None:
            return None if found is _UNSURE else found
        current = above
    found = _last_binder(_before(module, current), binders)
    return None if found is _UNSURE else found


def _before(module: Module, statement: ast.stmt) -> list[ast.stmt]:
    suite = suite_of(module, statement)
    return suite[: index_in(suite, statement)]


def _last_binder(statements: list[ast.stmt], binders: Collection[ast.stmt]) -> ast.stmt | None:
    """What a name is bound by last in statements that have run; None where in none of them."""
    for statement in reversed(statements):
        if not _bind([statement], binders):
            continue
        inner = _run_through(statement)
        if inner is None:
            return _UNSURE
        found = _last_binder(inner, binders) or (statement if statement in binders else None)
        if found is not None:
            return found
    return None


def _run_through(statement: ast.stmt) -> list[ast.stmt] | None:
    """What surely ran in a statement that control went past; None where it may not have."""
    if isinstance(statement, ast.Try):
        leave = all(isinstance(one.body[-1], _LEAVES) for one in statement.handlers)
        return [*statement.body, *statement.orelse, *statement.finalbody] if leave else None
    if isinstance(statement, ast.With | ast.AsyncWith):
        return statement.body
    compound = hasattr(statement, "body") or isinstance(statement, ast.Match)
    return None if compound else []


def _is_unsure(above: ast.stmt, current: ast.stmt, binders: Collection[ast.stmt]) -> bool:
    """Whether other parts of a statement may have bound the name before the current one runs."""
    if isinstance(above, _LOOPS):
        return _bind(_below(above), binders)
    if isinstance(above, ast.Try) and current not in above.body:
        others = [one for one in _below(above) if one not in above.finalbody]
        return _bind(others, binders)
    return False


def _below(statement: ast.stmt) -> list[ast.stmt]:
    """The statements right below a compound one."""
    suites = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    suites += [handler.body for handler in getattr(statement, "handlers", [])]
    return [one for suite in suites for one in suite]


def _bind(statements: list[ast.stmt], binders: Collection[ast.stmt]) -> bool:
    return any(one in binders for statement in statements for one in ast.walk(statement))
