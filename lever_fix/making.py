"""From a plan to new files, in memory: all findings at once, or codemod by codemod for commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from lever_fix.engine.settle import (
    MAX_ROUNDS,
    Settled,
    changes_of,
    endless,
    endless_problems,
    settle,
)
from lever_fix.model import FileChange, Finding, Plan, Problem
from lever_fix.suppress import UNUSED
from lever_fix.workflow import Session


@dataclass(frozen=True)
class Step:
    """What one codemod changes, on top of the steps before it.

    Attributes:
        codemod: Its id.
        findings: What was made.
        changes: Every file it changes, from the state before to the state after it.
    """

    codemod: str
    findings: tuple[Finding, ...]
    changes: tuple[FileChange, ...]


@dataclass(frozen=True)
class Made:
    """What findings lead to, and the same told codemod by codemod where that was asked for."""

    settled: Settled
    steps: tuple[Step, ...] = ()


def make(
    session: Session,
    plan: Plan,
    accept: Callable[[Finding], bool],
    *,
    once: bool = False,
    in_steps: bool = False,
    limit: Mapping[str, int] | None = None,
) -> Made:
    """Make findings of a plan, in memory; what that leads to is the same with and without steps.

    Args:
        session: What the plan came from; its overlay is left at the new state.
        plan: What was found.
        accept: Whether a finding is to be made, in any of the rounds.
        once: Make exactly one conflict-free round, what a person saw; else until nothing changes.
        in_steps: Also tell it codemod by codemod, so that each can be a commit of its own.
        limit: How often a finding may be made, by fingerprint; see `settle`.
    """
    if in_steps:
        return (_planned_in_steps if once else _in_steps)(session, plan, accept, limit)
    rounds = 1 if once else MAX_ROUNDS
    order = session.order(plan)
    return Made(settle(session.run, plan, accept, order, rounds=rounds, limit=limit))


def _planned_in_steps(
    session: Session, plan: Plan, accept: Callable[[Finding], bool], limit: Mapping[str, int] | None
) -> Made:
    """Make one round of a plan, told codemod by codemod: the same as all of it at once."""
    start = dict(session.run.overlay)
    rank = session.order(plan)
    whole = settle(session.run, plan, accept, rank, rounds=1, limit=limit)
    made = {one.fingerprint for one in whole.applied}
    names = sorted({one.codemod for one in whole.applied}, key=lambda name: rank.get(name, -1))
    steps: list[Step] = []
    done: dict[str, bytes] = {}
    for count, name in enumerate(names, 1):
        session.run.restore(start)
        so_far = {*names[:count]}
        part = settle(
            session.run,
            plan,
            lambda one, so_far=so_far: one.codemod in so_far and one.fingerprint in made,  # type: ignore[misc]
            rank,
            rounds=1,
        )
        changes = [
            FileChange(path=one.path, before=before, after=one.after, codemods=(name,))
            for one in part.changes
            if (before := done.get(one.path, one.before)) != one.after
        ]
        done.update((one.path, one.after) for one in changes)
        findings = tuple(one for one in whole.applied if one.codemod == name)
        steps.append(Step(name, findings, tuple(changes)))
    return Made(whole, tuple(steps))


def _in_steps(
    session: Session, plan: Plan, accept: Callable[[Finding], bool], limit: Mapping[str, int] | None
) -> Made:
    """Make the findings codemod by codemod until nothing changes."""
    start = dict(session.run.overlay)
    restless: set[tuple[str, str]] = set()
    problems: list[Problem] = []

    def wanted(finding: Finding) -> bool:
        return restless.isdisjoint(changes_of(finding)) and accept(finding)

    while True:
        passes = _passes(session, plan, wanted, limit)
        if passes.ended:
            break
        session.run.restore(start)
        restless |= (pairs := endless([step.findings for step in passes.steps]))
        problems += endless_problems(pairs)
    total = Settled(
        changes=_joined(passes.steps),
        applied=[one for step in passes.steps for one in step.findings],
        problems=[*problems, *passes.problems],
        rounds=len(passes.steps),
        remaining=passes.remaining,
    )
    return Made(total, tuple(passes.steps))


@dataclass
class _Passes:
    """Steps so far, what is there now, what went wrong, and whether it came to an end."""

    remaining: Plan
    steps: list[Step] = field(default_factory=list)
    problems: dict[Problem, None] = field(default_factory=dict)
    ended: bool = False


def _passes(
    session: Session, plan: Plan, accept: Callable[[Finding], bool], limit: Mapping[str, int] | None
) -> _Passes:
    """Codemod after codemod, over again until none changes anything or there is no end to it."""
    passes = _Passes(plan)
    order = session.order(plan)
    left = None if limit is None else Counter(limit)
    for _ in range(MAX_ROUNDS + 1):
        before = len(passes.steps)
        for name in (*order, UNUSED):
            done = settle(
                session.run,
                passes.remaining,
                lambda one, name=name: one.codemod == name and accept(one),  # type: ignore[misc]
                order,
                limit=left,
            )
            if left is not None:
                left.subtract(one.fingerprint for one in done.applied)
            if done.changes:
                passes.steps.append(Step(name, tuple(done.applied), tuple(done.changes)))
            passes.problems.update(dict.fromkeys(done.problems))
            passes.remaining = done.remaining
        if len(passes.steps) == before:
            passes.ended = True
            break
    return passes


def _joined(steps: Sequence[Step]) -> list[FileChange]:
    """Each file once, from before the first step to after the last."""
    joined: dict[str, FileChange] = {}
    for step in steps:
        for change in step.changes:
            start = joined.get(change.path, change)
            codemods = tuple(dict.fromkeys((*start.codemods, *change.codemods)))
            joined[change.path] = msgspec.structs.replace(
                start, after=change.after, codemods=codemods
            )
    return [joined[path] for path in sorted(joined) if joined[path].before != joined[path].after]
