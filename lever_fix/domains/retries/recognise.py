"""From a loop to a description of the retry that it is, or to why it is left alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lever_fix.domains.retries.again import Split, split, stand_in
from lever_fix.domains.retries.clauses import clause_of, may_go_on
from lever_fix.domains.retries.clock import with_clock
from lever_fix.domains.retries.flow import View, walk
from lever_fix.domains.retries.heads import read_head
from lever_fix.domains.retries.kept import following_on, pruned
from lever_fix.domains.retries.lastcall import with_last_call
from lever_fix.domains.retries.linear import Linear, Threshold, threshold
from lever_fix.domains.retries.model import (
    Clause,
    Head,
    Loop,
    NotRewritableError,
    RetryLoop,
    Step,
)
from lever_fix.domains.retries.syntax import (
    function_of,
    jumps,
    leaves,
    loaded,
    may_leave,
    own,
    slept,
    stored,
)
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


def loops(module: Module) -> Iterator[Loop]:
    """Every loop that may be a retry, in order of the text."""
    found = [node for node in ast.walk(module.tree) if isinstance(node, Loop)]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def recognise(
    module: Module, loop: Loop, *, inside: bool = False, again: bool = False
) -> RetryLoop | None:
    """The retry that a loop is; None where it is something else.

    Args:
        module: The module.
        loop: The loop.
        inside: Whether the `except` clauses are to stay around the attempt, as far as they go.
        again: Whether an attempt may come to its end without having worked.

    Raises:
        NotRewritableError: It looks like a retry and cannot be shown to be one that tenacity does.
    """
    parts = _parts(loop)
    if parts is None:
        return None
    lead, attempt, following = parts
    if not any(may_go_on(module, one) for one in attempt.handlers):
        return None
    head = read_head(module, loop)
    if head is None:
        return None
    head = with_clock(module, loop, head, attempt, following)
    _check_body(module, loop, attempt, inside=inside)
    parted = split(module, attempt, following) if again else None
    if again and (parted is None or head.limit is None):
        return None
    found = _described(module, loop, head, lead, attempt, following, parted, inside=inside)
    return with_last_call(module, found)


def _parts(loop: Loop) -> tuple[list[ast.stmt], ast.Try, list[ast.stmt]] | None:
    """What stands before, in and behind the only `try` of a loop's body."""
    tries = [at for at, node in enumerate(loop.body) if isinstance(node, ast.Try)]
    if len(tries) != 1:
        return None
    attempt = loop.body[tries[0]]
    assert isinstance(attempt, ast.Try)
    if not attempt.handlers:
        return None
    return loop.body[: tries[0]], attempt, loop.body[tries[0] + 1 :]


def _check_body(module: Module, loop: Loop, attempt: ast.Try, *, inside: bool) -> None:
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own(loop.body)):
        raise NotRewritableError("yields", "the loop yields, so it is no single attempt")
    if attempt.finalbody and (not inside or may_leave(attempt.finalbody)):
        raise NotRewritableError("finally", "`finally` runs after the sleep, and would run before")
    if jumps(attempt.body, ast.Continue):
        raise NotRewritableError("continue-in-try", "`continue` starts another attempt by itself")
    if any(isinstance(n, ast.stmt) and slept(module, n) is not None for n in own(attempt.body)):
        raise NotRewritableError("sleeps-in-try", "the attempt itself sleeps: it may be polling")


def _described(
    module: Module,
    loop: Loop,
    head: Head,
    lead: list[ast.stmt],
    attempt: ast.Try,
    following: list[ast.stmt],
    parted: Split | None,
    *,
    inside: bool,
) -> RetryLoop:
    kept, ahead, bumped = _lead(module, head, lead)
    success = [] if parted else _success(module, attempt, following)
    attempts = _attempts(head, attempt, following, bumped)
    rest = following if not leaves(module, attempt.orelse) or following else []
    found = [
        (handler, clause_of(module, head, attempts, handler, rest, ahead, bumped, inside=inside))
        for handler in attempt.handlers
    ]
    clauses = [clause for _, clause in found if clause is not None]
    others = [handler for handler, clause in found if clause is None]
    if clauses and parted:
        left = list(parted.following)
        bad = clause_of(module, head, attempts, stand_in(loop), left, ahead, bumped)
        clauses.append(_of_bad_result(bad))
    _check_goes_on(head, attempts, clauses)
    function, blocks = function_of(module, loop), _blocks(clauses)
    if inside:
        _check_set_early(module, loop, clauses)
        clauses = pruned(clauses, _read_elsewhere(module, loop, attempt))
        _check_delays(head, clauses)
    inner = following_on(module, attempt, clauses, others)
    is_async = isinstance(function, ast.AsyncFunctionDef)
    return RetryLoop(
        loop=loop,
        attempt=attempt,
        function=function,
        head=head,
        attempts=attempts,
        entered=head.entered,
        lead=tuple(kept),
        clauses=tuple(clauses),
        others=tuple(one for one in others if one not in inner),
        success=tuple(success),
        orelse=tuple(loop.orelse),
        tail=(),
        stored=frozenset(_stored_errors(clauses)),
        temporaries=frozenset(_temporaries(clauses)),
        is_async=is_async,
        blocks=is_async and blocks,
        again=parted is not None,
        moved=parted.moved if parted else (),
        inner=inner,
    )


def _check_goes_on(head: Head, attempts: Linear | None, clauses: Sequence[Clause]) -> None:
    """Refuse a loop that never tries again, or that does nothing else."""
    if not clauses:
        raise NotRewritableError("no-second-attempt", "no failure is tried again")
    sleeps = any(one.delay for one in clauses)
    if attempts is None and head.deadline is None and not sleeps:
        raise NotRewritableError("no-delay", "it tries again at once and for ever: it polls")


def _blocks(clauses: Sequence[Clause]) -> bool:
    """Whether some delay between two attempts is not awaited."""
    delays = [one.delay.node for one in clauses if one.delay]
    return any(not any(isinstance(n, ast.Await) for n in ast.walk(one)) for one in delays)


def _of_bad_result(clause: Clause | None) -> Clause:
    if clause is None or clause.rejects:
        raise NotRewritableError("result-decides", "what follows a bad result is not clear")
    return clause


def _check_set_early(module: Module, loop: Loop, clauses: Sequence[Clause]) -> None:
    """Refuse a variable that a rejected failure would set, where that might be seen."""
    around = [one for one in scopes(module).ancestors(loop) if isinstance(one, ast.Try)]
    for clause in clauses if around else ():
        known = [step for one in clause.rejects for step in one.before]
        if clause.rejects and any(not any(s is k for k in known) for s in clause.inside):
            raise NotRewritableError(
                "sets-variable", "a failure that is not tried again would, too"
            )


def _read_elsewhere(module: Module, loop: Loop, attempt: ast.Try) -> set[str]:
    """Names that the function reads outside of the handlers."""
    handled = {id(node) for one in attempt.handlers for node in ast.walk(one)}
    return {
        node.id
        for node in ast.walk(function_of(module, loop) or module.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in handled
    }


def _lead(
    module: Module, head: Head, lead: list[ast.stmt]
) -> tuple[list[ast.stmt], tuple[Step, ...], frozenset[str]]:
    """What stands before the `try`: statements to keep, sleeps before all but the first attempt."""
    kept: list[ast.stmt] = []
    ahead: list[Step] = []
    view = View(module, head.counters, frozenset(head.accumulators), None, "")
    bumped: frozenset[str] = frozenset()
    for node in lead:
        if slept(module, node) is not None:
            raise NotRewritableError("sleeps-first", "it sleeps before the first attempt, too")
        if isinstance(node, ast.If) and not node.orelse:
            solved = threshold(node.test, head.counters, bumped)
            if solved in _ALL_BUT_THE_FIRST:
                path = walk(node.body, view, bumped)
                ahead += [Step(s.kind, s.node, s.bumped, s.delay, ahead=True) for s in path.steps]
                continue
        path = walk([node], view, bumped)
        grown = [name for name in stored([node]) if name in {*head.counters, *head.accumulators}]
        if grown:
            bumped |= set(grown)
        else:
            kept.append(node)
        if path.leaves or path.rejects:
            raise NotRewritableError("leaves-first", "it may leave before the attempt")
    return kept, tuple(ahead), bumped


_ALL_BUT_THE_FIRST = (
    Threshold(Linear((), 2), holds_from=True),
    Threshold(Linear((), 1), holds_from=False, exact=True),
)


def _success(module: Module, attempt: ast.Try, following: list[ast.stmt]) -> list[ast.stmt]:
    """What runs after an attempt that worked, behind the body of the `try`.

    Raises:
        NotRewritableError: An attempt that worked may not leave the loop.
    """
    if leaves(module, attempt.body):
        return []
    rest = [*attempt.orelse, *following]
    if may_leave(attempt.body) and not leaves(module, rest):
        raise NotRewritableError("result-decides", "the result decides whether it is tried again")
    if not leaves(module, rest):
        if may_leave(rest):
            raise NotRewritableError(
                "result-decides", "the result decides whether it is tried again"
            )
        raise NotRewritableError("runs-on", "an attempt that worked does not leave the loop")
    if jumps(rest, ast.Continue):
        raise NotRewritableError("result-decides", "the result decides whether it is tried again")
    return rest


def _attempts(
    head: Head, attempt: ast.Try, following: list[ast.stmt], bumped: frozenset[str]
) -> Linear | None:
    """The number of the last attempt, from the head or from a guard."""
    if head.limit is not None:
        return head.limit
    statements = [one for handler in attempt.handlers for one in handler.body]
    for node in own([*statements, *following]):
        if isinstance(node, ast.If):
            before = _bumped_before(attempt, following, node, bumped)
            for solved in _thresholds(node.test, head, before):
                if head.deadline is not None:
                    raise NotRewritableError("deadline", "both a count and the time decide")
                return solved.at
    return None


def _bumped_before(
    attempt: ast.Try, following: list[ast.stmt], test: ast.If, bumped: frozenset[str]
) -> frozenset[str]:
    """Names stored in the clause of a test before it, and in front of the `try`."""
    seen = set(bumped)
    for handler in attempt.handlers:
        inside = list(own([*handler.body, *following]))
        if not any(node is test for node in inside):
            continue
        for node in inside:
            if node is test:
                break
            if isinstance(node, ast.stmt) and node.lineno < test.lineno:
                seen |= stored([node]) if not isinstance(node, ast.If) else set()
        break
    return frozenset(seen)


def _thresholds(test: ast.expr, head: Head, bumped: frozenset[str]) -> Iterator[Threshold]:
    solved = threshold(test, head.counters, bumped)
    if solved is not None:
        yield solved
        return
    for child in ast.iter_child_nodes(test):
        if isinstance(child, ast.expr) and isinstance(test, ast.BoolOp | ast.UnaryOp):
            yield from _thresholds(child, head, bumped)


def _stored_errors(clauses: Sequence[Clause]) -> Iterator[str]:
    """Variables that keep the exception: `last_error = error`."""
    for clause in clauses:
        for step in (*clause.always, *clause.between):
            match step.node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=value)):
                    if value == clause.handler.name:
                        yield name


def _temporaries(clauses: Sequence[Clause]) -> Iterator[str]:
    for clause in clauses:
        for step in (*clause.always, *clause.between):
            if step.kind == "assign":
                yield from stored([step.node])


def _check_delays(head: Head, clauses: Sequence[Clause]) -> None:
    """Refuse what stays in a clause and asks for a delay that tenacity keeps for itself.

    Raises:
        NotRewritableError: There is such a clause.
    """
    kept = {*head.accumulators, *([head.delays[0]] if head.delays else [])}
    if kept & loaded([step.node for one in clauses for step in one.inside]):
        raise NotRewritableError("delay-logged", "the delay is told before it is known to tenacity")
