"""One more attempt behind a loop: `for delay in (1, 2): try: return call() …; return call()`."""

from __future__ import annotations

import ast
from dataclasses import replace

from lever_fix.domains.retries.kept import keeps
from lever_fix.domains.retries.model import Clause, Ending, NotRewritableError, Path, RetryLoop
from lever_fix.domains.retries.syntax import block_of, is_log, just_raises, own, same
from lever_fix.semantics.module import Module


def with_last_call(module: Module, retry: RetryLoop) -> RetryLoop:
    """The retry with an unguarded attempt that follows the loop taken as its last one.

    Raises:
        NotRewritableError: The sleep after the last failure is a wait for what follows.
    """
    limited = retry.attempts is not None or retry.head.deadline is not None
    if not limited or any(_kind(one) != "again" for one in retry.clauses):
        return retry
    block = block_of(module, retry.loop)
    at = next(i for i, one in enumerate(block) if one is retry.loop)
    following = retry.orelse or tuple(block[at + 1 :])
    body = retry.attempt.body
    if (
        len(following) >= len(body)
        and all(map(same, following, body))
        and isinstance(body[-1], ast.Return)
        and not retry.lead
        and retry.attempts is not None
    ):
        if keeps(retry):
            raise NotRewritableError("last-call", "the last attempt is made outside of the `try`")
        if not _lets_out(retry):
            raise NotRewritableError("last-unguarded", "no clause guards the last attempt")
        return replace(
            retry,
            attempts=retry.attempts + 1,
            entered=True,
            clauses=tuple(_before_last(one) for one in retry.clauses),
            orelse=(),
            tail=() if retry.orelse else tuple(following[: len(body)]),
        )
    if any(one.sleeps_at_end for one in retry.clauses) and _acts(module, following):
        raise NotRewritableError("sleeps-before", "it sleeps before what follows the loop, too")
    return retry


def _lets_out(retry: RetryLoop) -> bool:
    """Whether all failures that are not tried again come out as they are."""
    rejected = [(one, clause) for clause in retry.clauses for one in clause.rejects]
    return all(just_raises(one) for one in retry.others) and all(
        one.ending.node is not None
        and just_raises(ast.ExceptHandler(None, clause.handler.name, [one.ending.node]))
        and all(step.kind == "assign" for step in one.steps)
        for one, clause in rejected
    )


def _kind(clause: Clause) -> str:
    return "steps" if clause.final.steps else clause.final.ending.kind


def _before_last(clause: Clause) -> Clause:
    """The clause with another attempt after each failure that it handles."""
    return replace(
        clause,
        always=(),
        between=(*clause.always, *clause.between),
        final=Path((), Ending("raise", ast.Raise())),
        sleeps_at_end=False,
        unasked=clause.rejects,
    )


def _acts(module: Module, statements: tuple[ast.stmt, ...]) -> bool:
    """Whether statements call something before they raise, other than to log."""
    for node in statements:
        if isinstance(node, ast.Raise):
            return False
        if is_log(module, node):
            continue
        if any(isinstance(one, ast.Call | ast.Await) for one in own([node])):
            return True
    return False
