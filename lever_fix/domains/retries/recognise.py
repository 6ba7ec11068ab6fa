"""From a loop to a description of the retry that it is, or to why it is left alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lever_fix.domains.retries.flow import View, walk
from lever_fix.domains.retries.heads import read_head
from lever_fix.domains.retries.lastcall import with_last_call
from lever_fix.domains.retries.linear import Linear, Threshold, threshold
from lever_fix.domains.retries.model import (
    Clause,
    Head,
    Loop,
    NotRewritableError,
    Path,
    RetryLoop,
    Step,
)
from lever_fix.domains.retries.syntax import (
    function_of,
    jumps,
    leaves,
    may_leave,
    own,
    same,
    slept,
    stored,
)
from lever_fix.knowledge.retry_facts import SLEEP_LIKE
from lever_fix.semantics.module import Module


def loops(module: Module) -> Iterator[Loop]:
    """Every loop that may be a retry, in order of the text."""
    found = [node for node in ast.walk(module.tree) if isinstance(node, Loop)]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def recognise(module: Module, loop: Loop) -> RetryLoop | None:
    """The retry that a loop is; None where it is something else.

    Raises:
        NotRewritableError: It looks like a retry and cannot be shown to be one that tenacity does.
    """
    parts = _parts(loop)
    if parts is None:
        return None
    lead, attempt, following = parts
    if not any(_may_go_on(module, one) for one in attempt.handlers):
        return None
    head = read_head(module, loop)
    if head is None:
        return None
    _check_body(module, loop, attempt)
    return with_last_call(module, _described(module, loop, head, lead, attempt, following))


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


def _may_go_on(module: Module, handler: ast.ExceptHandler) -> bool:
    return not leaves(module, handler.body) or jumps(handler.body, ast.Continue)


def _check_body(module: Module, loop: Loop, attempt: ast.Try) -> None:
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own(loop.body)):
        raise NotRewritableError("yields", "the loop yields, so it is no single attempt")
    if attempt.finalbody:
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
) -> RetryLoop:
    kept, ahead, bumped = _lead(module, head, lead)
    success = _success(module, attempt, following)
    attempts = _attempts(head, attempt, following, bumped)
    clauses: list[Clause] = []
    others: list[ast.ExceptHandler] = []
    for handler in attempt.handlers:
        rest = following if not leaves(module, attempt.orelse) or following else []
        clause = _clause(module, head, attempts, handler, rest, ahead, bumped)
        if clause is None:
            others.append(handler)
        else:
            clauses.append(clause)
    if not clauses:
        raise NotRewritableError("no-second-attempt", "no failure is tried again")
    _check_counters(loop, head, clauses, bumped)
    slept_by = [one.delay.node for one in clauses if one.delay]
    function = function_of(module, loop)
    awaits = any(isinstance(node, ast.Await) for one in slept_by for node in ast.walk(one))
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
        others=tuple(others),
        success=tuple(success),
        orelse=tuple(loop.orelse),
        tail=(),
        stored=frozenset(_stored_errors(clauses)),
        temporaries=frozenset(_temporaries(clauses)),
        is_async=is_async,
        blocks=is_async and bool(slept_by) and not awaits,
    )


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
            if solved and solved.holds_from and solved.at == Linear((), 2) and not solved.exact:
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


def _success(
    module: Module, attempt: ast.Try, following: list[ast.stmt]
) -> list[ast.stmt]:
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
            raise NotRewritableError("result-decides", "the result decides whether it is tried again")
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


def _clause(
    module: Module,
    head: Head,
    attempts: Linear | None,
    handler: ast.ExceptHandler,
    following: Sequence[ast.stmt],
    ahead: tuple[Step, ...],
    bumped: frozenset[str],
) -> Clause | None:
    """What an `except` clause does; None where it always leads out of the loop."""
    if not _may_go_on(module, handler):
        return None
    growing = frozenset(head.accumulators)
    view = View(module, head.counters, growing, attempts, handler.name or "")
    statements = [*handler.body, *following]
    again = walk(statements, view, bumped)
    if again.leaves:
        return None
    last = View(
        module, head.counters, growing, attempts, handler.name or "", True, view.rejecting
    )
    final = walk(statements, last, bumped)
    if attempts is None:
        final = again
    return _compared(handler, again, final, ahead, endless=attempts is None)


def _compared(
    handler: ast.ExceptHandler, again: Path, final: Path, ahead: tuple[Step, ...], *, endless: bool
) -> Clause:
    """The two walks through a handler side by side."""
    shared = _shared(again.steps, final.steps)
    steps = [*again.steps, *ahead]
    sleeps = [at for at, step in enumerate(steps) if step.kind == "sleep"]
    if len(sleeps) > 1:
        raise NotRewritableError("sleeps-twice", "there are two sleeps between two attempts")
    until = sleeps[0] if sleeps else len(steps)
    if any(step.kind in ("act", "log") for step in steps[until + 1 :]):
        raise NotRewritableError("acts-after-sleep", "something happens between sleep and attempt")
    _check_no_hidden_sleep(steps[:until])
    sleeps_at_end = not endless and any(step.kind == "sleep" for step in final.steps)
    rest = Path(tuple(s for s in final.steps[shared:] if s.kind != "sleep"), final.ending)
    _check_rejects(again, final, endless=endless)
    shared = min(shared, until)
    return Clause(
        handler=handler,
        always=() if endless else tuple(steps[:shared]),
        between=tuple(steps[:until] if endless else steps[shared:until]),
        delay=steps[until] if sleeps else None,
        final=rest,
        sleeps_at_end=sleeps_at_end,
        rejects=again.rejects,
    )


def _shared(first: Sequence[Step], second: Sequence[Step]) -> int:
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one.node is not other.node and not same(one.node, other.node):
            return at
    return min(len(first), len(second))


def _check_no_hidden_sleep(steps: Sequence[Step]) -> None:
    for step in steps:
        for node in own([step.node]):
            if isinstance(node, ast.Call) and step.kind == "act":
                name = ast.unparse(node.func).rpartition(".")[2].lower()
                if any(word in name for word in SLEEP_LIKE):
                    raise NotRewritableError("sleeps-elsewhere", f"`{name}` may sleep on its own")


def _check_rejects(again: Path, final: Path, *, endless: bool) -> None:
    """A rejected failure leads to the same, whether it was the last attempt or not."""
    for reject in again.rejects:
        if any(step.kind in ("act", "log") for step in reject.before):
            raise NotRewritableError(
                "acts-before-rejecting", "something happens before it is clear what is tried again"
            )
        matching = [one for one in final.rejects if same(one.test, reject.test)]
        other = matching[0] if matching else None
        steps = (*other.before, *other.steps) if other else final.steps
        ending = other.ending if other else final.ending
        mine = (*reject.before, *reject.steps)
        if endless:
            continue
        if (
            not same(ending.node, reject.ending.node)
            or ending.kind != reject.ending.kind
            or [ast.dump(s.node) for s in steps] != [ast.dump(s.node) for s in mine]
        ):
            raise NotRewritableError("rejected-differs", "what a rejected failure leads to differs")


def _check_counters(
    loop: Loop, head: Head, clauses: Sequence[Clause], bumped: frozenset[str]
) -> None:
    """Every counter of a `while` is bumped once on each way to another attempt."""


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
