"""An `except` clause of a retry loop: what it does between attempts, and after the last one."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from lever_fix.domains.retries.flow import View, walk
from lever_fix.domains.retries.linear import Linear
from lever_fix.domains.retries.model import Clause, Head, NotRewritableError, Path, Reject, Step
from lever_fix.domains.retries.syntax import jumps, leaves, own, same
from lever_fix.knowledge.retry_facts import SLEEP_LIKE
from lever_fix.semantics.module import Module


def may_go_on(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether some way through a handler may lead to another attempt."""
    return not leaves(module, handler.body) or jumps(handler.body, ast.Continue)


def clause_of(
    module: Module,
    head: Head,
    attempts: Linear | None,
    handler: ast.ExceptHandler,
    following: Sequence[ast.stmt],
    ahead: tuple[Step, ...],
    bumped: frozenset[str],
) -> Clause | None:
    """What an `except` clause does; None where it always leads out of the loop."""
    if not may_go_on(module, handler):
        return None
    growing = frozenset(head.accumulators)
    view = View(module, head.counters, growing, attempts, handler.name or "")
    statements = [*handler.body, *following]
    again = walk(statements, view, bumped)
    if again.leaves:
        return None
    last = View(module, head.counters, growing, attempts, handler.name or "", True, view.rejecting)
    final = walk(statements, last, bumped)
    endless = attempts is None and head.deadline is None
    if endless:
        final = again
    elif head.limit is None and head.deadline is None and not final.leaves:
        raise NotRewritableError("attempts-unclear", "a failure goes on when the count is reached")
    check_counts(head, again, final)
    return compared(handler, again, final, ahead, endless=endless)


def check_counts(head: Head, again: Path, final: Path) -> None:
    """Refuse a way to the next attempt on which a count, or a growing delay, stays what it was.

    Raises:
        NotRewritableError: There is one, so that they do not tell the number of the attempt.
    """
    counted = {name for name, one in head.counters.items() if not one.automatic}
    stay = (counted | head.accumulators.keys()) - again.bumped
    if len(counted) == len(head.counters) and head.delays is None and not final.leaves:
        stay |= counted - final.bumped  # or the loop goes on after the last attempt
    if stay:
        raise NotRewritableError("counter-unclear", f"not every failure changes `{min(stay)}`")


def compared(
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
        unasked=tuple(one for one in again.rejects if not _asked_at_last(one, final)),
    )


def _asked_at_last(reject: Reject, final: Path) -> bool:
    """Whether the last failure is asked as well whether it would be tried again."""
    if any(same(one.test, reject.test) for one in final.rejects):
        return True
    first = reject.node.test
    while isinstance(first, ast.BoolOp):
        first = first.values[0]
    asked = any(first is node for node in ast.walk(reject.test))
    return asked and final.ending.node is reject.ending.node


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
