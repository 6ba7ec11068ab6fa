"""Loops that try again until the result is good: `if answer.ok: return answer`, then sleep."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from lever_fix.domains.retries.clauses import check_counts, clause_of, compared
from lever_fix.domains.retries.flow import View, walk
from lever_fix.domains.retries.heads import read_head
from lever_fix.domains.retries.model import (
    Clause,
    Head,
    Loop,
    NotRewritableError,
    ResultTest,
    RetryLoop,
)
from lever_fix.domains.retries.syntax import (
    block_of,
    function_of,
    jumps,
    loaded,
    may_leave,
    own,
    same,
    slept,
)
from lever_fix.semantics.module import Module


def recognise_result(module: Module, loop: Loop) -> RetryLoop | None:
    """The retry on a result that a loop is; None where it is something else.

    Raises:
        NotRewritableError: It looks like one and cannot be shown to be.
    """
    attempt = loop.body[0] if isinstance(loop.body[0], ast.Try) else None
    if attempt is not None and (attempt.orelse or attempt.finalbody):
        return None
    parts = _split(attempt.body if attempt else loop.body, whole=attempt is None)
    if parts is None or not _sleeps(module, loop):
        return None
    asked, rest = parts
    if attempt is not None:
        rest = loop.body[1:]
    function, head = function_of(module, loop), read_head(module, loop)
    if head is None or function is None or head.delays is not None or loop.orelse:
        return None
    _check(module, asked, head, guarded=attempt is not None)
    return _described(module, loop, head, asked, attempt, rest)


def _split(
    statements: Sequence[ast.stmt], *, whole: bool
) -> tuple[ResultTest, list[ast.stmt]] | None:
    """The attempt and the question about its result, and what follows a bad one."""
    for at, node in enumerate(statements):
        match node:
            case ast.If(test=test, body=[ast.Return(value=ast.Name(id=name))], orelse=[]) if at:
                asked = ResultTest(name, test, True, tuple(statements[:at]))
                return (asked, list(statements[at + 1 :])) if _gives(asked) else None
            case ast.If(test=test, body=[*body, ast.Continue()], orelse=[]) if at and whole:
                match statements[at + 1 :]:
                    case [ast.Return(value=ast.Name(id=name))]:
                        asked = ResultTest(name, test, False, tuple(statements[:at]))
                        return (asked, body) if _gives(asked) else None
    return None


def _gives(asked: ResultTest) -> bool:
    """Whether the attempt ends in giving the result its name, and the question is about that."""
    match asked.body[-1]:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name == asked.name and name in loaded([asked.test])
    return False


def _sleeps(module: Module, loop: Loop) -> bool:
    return any(isinstance(n, ast.stmt) and slept(module, n) is not None for n in own(loop.body))


def _check(module: Module, asked: ResultTest, head: Head, *, guarded: bool) -> None:
    changing = {*head.counters, *head.accumulators}
    if loaded([asked.test, *asked.body]) & changing:
        raise NotRewritableError("counter-is-data", "a count is used in an attempt")
    if may_leave(asked.body) or jumps(asked.body, ast.Continue):
        raise NotRewritableError("result-decides", "an attempt has several ways to end")
    inside = [node for node in own(asked.body) if isinstance(node, ast.stmt)]
    if any(slept(module, node) is not None for node in inside):
        raise NotRewritableError("sleeps-in-try", "the attempt itself sleeps: it may be polling")
    if guarded and any(isinstance(n, ast.Call | ast.Subscript) for n in ast.walk(asked.test)):
        raise NotRewritableError("result-decides", "the question about the result may fail itself")
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr)
           for node in ast.walk(asked.test)):  # fmt: skip
        raise NotRewritableError("result-decides", "the question about the result does more")


def _described(
    module: Module,
    loop: Loop,
    head: Head,
    asked: ResultTest,
    attempt: ast.Try | None,
    rest: list[ast.stmt],
) -> RetryLoop:
    attempts = head.limit
    if attempts is None:
        raise NotRewritableError("result-decides", "it waits for a result for ever: it polls")
    view = View(module, head.counters, frozenset(head.accumulators), attempts, "")
    again = walk(rest, view, frozenset())
    final = walk(rest, replace(view, last=True), frozenset())
    if again.leaves or again.rejects or asked.name in loaded([s.node for s in again.steps]):
        raise NotRewritableError("result-decides", "what follows a bad result is not clear")
    check_counts(head, again, final)
    stand_in = ast.ExceptHandler(None, None, list(rest))
    of_result = compared(stand_in, again, final, (), endless=False)
    clauses: list[Clause] = [of_result]
    for handler in attempt.handlers if attempt else ():
        clause = clause_of(module, head, attempts, handler, rest, (), frozenset())
        if clause is None:
            raise NotRewritableError("result-decides", "a clause leads out of the loop")
        clauses.append(clause)
    _check_alike(clauses)
    gives = _given(module, loop, asked, clauses)
    synthetic = attempt or ast.Try(list(asked.body), [], [], [])
    function = function_of(module, loop)
    is_async = isinstance(function, ast.AsyncFunctionDef)
    sleep = of_result.delay.node if of_result.delay else ast.Pass()
    return RetryLoop(
        loop=loop,
        attempt=synthetic,
        function=function,
        head=head,
        attempts=attempts,
        entered=head.entered,
        lead=(),
        clauses=tuple(clauses),
        others=(),
        success=(),
        orelse=(),
        tail=(),
        stored=frozenset(),
        temporaries=frozenset(),
        result=replace(asked, gives=gives),
        is_async=is_async,
        blocks=is_async and not any(isinstance(n, ast.Await) for n in ast.walk(sleep)),
    )


def _check_alike(clauses: Sequence[Clause]) -> None:
    """Bad results and failures lead to the same sleep and the same log lines."""
    first = clauses[0]
    for one in clauses[1:]:
        first_delay = first.delay.delay if first.delay else None
        if one.rejects or not same(first_delay, one.delay.delay if one.delay else None):
            raise NotRewritableError("result-decides", "a failure and a bad result lead elsewhere")
    for one in clauses:
        if one.always or one.between:
            steps = [*one.always, *one.between]
            if len(clauses) > 1 or any(step.kind != "log" for step in steps):
                raise NotRewritableError("result-decides", "a bad result leads to more than sleep")


def _given(module: Module, loop: Loop, asked: ResultTest, clauses: Sequence[Clause]) -> str:
    """What comes out after the last attempt: the last result, or a constant."""
    block = block_of(module, loop)
    at = next(i for i, one in enumerate(block) if one is loop)
    of_result, *others = clauses
    ending = of_result.final.ending
    if of_result.final.steps or any(
        one.final.steps or one.final.ending.kind not in ("again", "raise") for one in others
    ):
        raise NotRewritableError("result-decides", "the last attempt leads to more")
    if any(
        one.final.ending.kind == "raise" and getattr(one.final.ending.node, "exc", None)
        for one in others
    ):
        raise NotRewritableError("result-decides", "the last failure leads to another")
    raises = all(one.final.ending.kind == "raise" for one in others)
    following = [ending.node] if ending.kind == "return" else block[at + 1 :]
    match following:
        case [ast.Return(value=ast.Name(id=name))] if name == asked.name and raises:
            return ""
        case [] | [ast.Return(value=None)] if ending.kind in ("again", "return") and not (
            others and raises
        ):
            return "None"
        case [ast.Return(value=ast.Constant() as value)] if not (others and raises):
            return ast.unparse(value)
    raise NotRewritableError("result-decides", "what follows the last bad result is not followed")
