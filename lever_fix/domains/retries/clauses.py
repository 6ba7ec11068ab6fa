"""An `except` clause of a retry loop: what it does between attempts, and after the last one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from lever_fix.domains.retries.flow import View, walk
from lever_fix.domains.retries.linear import Linear
from lever_fix.domains.retries.model import Clause, Head, NotRewritableError, Path, Reject, Step
from lever_fix.domains.retries.syntax import is_pure, jumps, leaves, own, same
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
    *,
    inside: bool = False,
) -> Clause | None:
    """What an `except` clause does; None where it always leads out of the loop."""
    if not may_go_on(module, handler):
        return None
    growing = frozenset(head.accumulators)
    view = View(
        module,
        head.counters,
        growing,
        attempts,
        handler.name or "",
        optional=head.optional,
        guard=head.deadline.guard if head.deadline else None,
    )
    statements = [*handler.body, *following]
    again = walk(statements, view, bumped)
    if again.leaves:
        return None
    last = replace(view, last=True)
    final = walk(statements, last, bumped)
    endless = attempts is None and head.deadline is None
    if endless:
        final = again
    elif head.limit is None and head.deadline is None and not final.leaves:
        raise NotRewritableError("attempts-unclear", "a failure goes on when the count is reached")
    check_counts(head, again, final)
    return compared(handler, again, final, ahead, endless=endless, inside=inside)


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
    handler: ast.ExceptHandler,
    again: Path,
    final: Path,
    ahead: tuple[Step, ...],
    *,
    endless: bool,
    inside: bool = False,
) -> Clause:
    """The two walks through a handler side by side.

    Args:
        handler: The handler.
        again: What happens where another attempt follows.
        final: What happens after the last one.
        ahead: What happens at the top of the next iteration.
        endless: Whether there is no last attempt.
        inside: Whether what every failure leads to stays in the handler.
    """
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
    shared = min(shared, until)
    bound = until if endless else shared
    kept = tuple(again.steps[: _kept(again, bound)]) if inside else ()
    _check_rejects(again, final, kept, endless=endless)
    shared = len(kept) if endless else shared
    return Clause(
        handler=handler,
        always=tuple(steps[len(kept) : shared]),
        between=tuple(steps[shared:until]),
        delay=steps[until] if sleeps else None,
        final=rest,
        sleeps_at_end=sleeps_at_end,
        rejects=again.rejects,
        unasked=tuple(one for one in again.rejects if not _asked_at_last(one, final)),
        inside=kept,
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


def _kept(again: Path, bound: int) -> int:
    """How many steps can stay in the handler: all, or those ahead of what rejects a failure."""
    if not again.rejects:
        return bound
    first, *_, last = [len(one.before) for one in (again.rejects[0], *again.rejects)]
    if any(step.kind in ("act", "log") for step in again.steps[first:last]):
        raise NotRewritableError(
            "acts-before-rejecting", "something happens before it is clear what is tried again"
        )
    while last < bound and again.steps[last].kind == "assign" and is_pure(again.steps[last].node):
        last += 1  # what is set for a rejected failure as well, which nobody can see
    return min(last, bound)


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


def _check_rejects(again: Path, final: Path, kept: Sequence[Step], *, endless: bool) -> None:
    """A rejected failure leads to the same, whether it was the last attempt or not."""
    if any(not any(same(one.test, r.test) for r in again.rejects) for one in final.rejects):
        raise NotRewritableError("last-differs", "the last failure leads to different things")
    for reject in again.rejects:
        before = [one for one in reject.before if not any(one is other for other in kept)]
        if any(step.kind in ("act", "log") for step in before):
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
