"""Attempts whose result is not always good: what comes to their end is tried again.

`if answer.ok: return answer` leaves the loop, and whatever gets past it goes on to the sleep. With
tenacity an attempt says so by `raise TryAgain`, which is tried again whatever `retry=` says.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from lever_fix.domains.retries.model import Clause, NotRewritableError, RetryLoop
from lever_fix.domains.retries.syntax import asks, jumps, leaves, may_leave, own, slept
from lever_fix.semantics.module import Module

TRY_AGAIN = "TryAgain"


@dataclass(frozen=True, eq=False)
class Split:
    """An attempt that may come to its end without having worked.

    Attributes:
        moved: Statements behind the `try` that decide whether it worked.
        following: What follows one that did not.
    """

    moved: tuple[ast.stmt, ...]
    following: tuple[ast.stmt, ...]


def split(module: Module, attempt: ast.Try, following: Sequence[ast.stmt]) -> Split | None:
    """What decides whether an attempt worked, and what follows; None where nothing decides.

    Raises:
        NotRewritableError: A failure is asked whether it is a good result, too.
    """
    rest = [*attempt.orelse, *following]
    deciding = [at for at, one in enumerate(rest) if may_leave([one])]
    if leaves(module, attempt.body) or not (deciding or may_leave(attempt.body)):
        return None
    end = max([len(attempt.orelse), *(at + 1 for at in deciding)])
    moved = rest[:end]
    if leaves(module, moved):
        return None
    if jumps(moved, ast.Continue) or any(
        isinstance(one, ast.stmt) and slept(module, one) is not None for one in own(moved)
    ):
        raise NotRewritableError("result-decides", "a bad result leads to more than that")
    if end > len(attempt.orelse) and not all(
        leaves(module, one.body) or isinstance(one.body[-1], ast.Continue)
        for one in attempt.handlers
    ):
        raise NotRewritableError("result-decides", "a failure is asked whether it is good, too")
    return Split(tuple(moved), tuple(rest[end:]))


def stand_in(loop: ast.stmt) -> ast.ExceptHandler:
    """The clause that tries again what came to its end."""
    return ast.copy_location(ast.ExceptHandler(ast.Name(TRY_AGAIN, ast.Load()), None, []), loop)


def asks_again(clause: Clause) -> bool:
    """Whether a clause is that one."""
    kind = clause.handler.type
    return isinstance(kind, ast.Name) and kind.id == TRY_AGAIN and not clause.handler.body


def moved_in(retry: RetryLoop) -> tuple[str, ...]:
    """What an attempt does that its clauses did not guard, in words."""
    for one in retry.moved:
        for node in own([one]):
            if isinstance(node, ast.Await | ast.Subscript) or (
                isinstance(node, ast.Call) and not asks(node)
            ):
                text = ast.unparse(node)
                return (f"a failure of `{text}` came out of the loop, and may now be tried again",)
    return ()
