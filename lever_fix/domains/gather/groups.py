"""A run of awaits split into groups: those that may run together, and those that may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lever_fix.domains.effects.model import Frame
from lever_fix.domains.effects.resources import last_name
from lever_fix.domains.effects.summary import relied_on
from lever_fix.domains.gather.steps import Run, Step, depends, is_used, shape_problem
from lever_fix.domains.gather.verdict import Verdict, argument_doubts, judge
from lever_fix.knowledge.verbs import is_repository, reads

LARGEST = 6
"""`asyncio.gather` has exact types for up to six awaitables."""

_MANY_QUERIES = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """A step with its verdict.

    Attributes:
        step: The step.
        verdict: The verdict.
        relied_on: Ids of the functions it stands on.
    """

    step: Step
    verdict: Verdict
    relied_on: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Group:
    """Adjacent steps with one fate.

    Attributes:
        steps: The steps.
        code: A reason code where they are left alone; empty where they may run together.
        chain: In words, why they are left alone.
        reasons: Why running them together is not safe.
        shared: What they are all called on, where one aggregated query is the better idea.
    """

    steps: tuple[Judged, ...]
    code: str = ""
    chain: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    shared: str = ""


def grouped(frame: Frame, run: Run, table: Mapping[str, str]) -> Iterator[Group]:
    """The groups of a run that are worth a word, in order."""
    current: list[Judged] = []
    blocked: list[Judged] = []
    for step in run.steps:
        one = _judged(frame, step, table)
        if one.verdict.code:
            yield from _closed(current)
            current = []
            blocked.append(one)
            continue
        yield from _refused(frame, blocked)
        blocked = []
        earlier = [other.step for other in current]
        if current and (why := depends(frame.module, step, earlier)):
            if len(current) == 1:
                yield Group((*current, one), "dependent", (why,))
            else:
                yield from _closed(current)
            current = []
        current.append(one)
        if len(current) == LARGEST:
            yield from _closed(current)
            current = []
    yield from _closed(current)
    yield from _refused(frame, blocked)


def _judged(frame: Frame, step: Step, table: Mapping[str, str]) -> Judged:
    if problem := shape_problem(frame.module, step):
        return Judged(step, Verdict(problem[0], problem[1:]))
    verdict = judge(frame, step.call, table)
    if (
        not verdict.code
        and any(verdict.summary.of("control"))
        and not is_used(frame.function, step)
    ):
        text = f"the result of `{last_name(step.call.func)}` is not used: it may be a guard"
        verdict = Verdict("guard", (text,))
    if verdict.code:
        return Judged(step, verdict)
    return Judged(step, verdict, relied_on(frame, step.call, table))


def _closed(current: Sequence[Judged]) -> Iterator[Group]:
    """A group of steps that may run together, where that pays."""
    if len(current) < 2:
        return
    if sum(one.verdict.waits for one in current) < 2:
        text = "at most one of them waits for anything, so running them together gains nothing"
        yield Group(tuple(current), "nothing-to-wait-for", (text,))
        return
    reasons = [reason for one in current for reason in one.verdict.reasons]
    before = last_name(current[0].step.call.func)
    for one in current[1:]:
        reasons += argument_doubts(one.step.call, before)
        before = last_name(one.step.call.func)
    yield Group(tuple(current), reasons=tuple(dict.fromkeys(reasons)))


def _refused(frame: Frame, blocked: Sequence[Judged]) -> Iterator[Group]:
    """Steps that may not run beside others: a proposal where they query one repository."""
    pending = list(blocked)
    while pending:
        first = pending[0]
        same = _queries_of_one(frame, pending)
        if len(same) >= _MANY_QUERIES:
            yield Group(tuple(same), shared=first.verdict.shared)
            pending = pending[len(same) :]
            continue
        yield Group((first,), first.verdict.code, first.verdict.chain)
        pending.pop(0)


def _queries_of_one(frame: Frame, blocked: Sequence[Judged]) -> list[Judged]:
    """The leading steps that are independent reads on one repository-like thing."""
    found: list[Judged] = []
    for one in blocked:
        shared = one.verdict.shared
        repository = is_repository(shared.rpartition(".")[2]) or (
            one.verdict.code == "shared-resource" and shared not in ("", "self")
        )
        if not (repository and reads(last_name(one.step.call.func))):
            break
        if found and shared != found[0].verdict.shared:
            break
        if depends(frame.module, one.step, [other.step for other in found]):
            break
        found.append(one)
    return found
