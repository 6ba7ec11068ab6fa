"""What was answered about which finding, and where the reviewer stands: a frozen value.

An operation is a function from a session to a session; none asks anything, prints or writes. Those
that answer, and undo and redo, are in `lever_fix.review.answering`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from lever_fix.model import Decision, Finding, Value, Verdict
from lever_fix.review.catalogue import ALL, Catalogue, Filter, shows

Answers = Mapping[str, Decision]
"""Decisions by the fingerprints of their findings."""


class Change(Value, frozen=True):
    """One answer before and after a step."""

    fingerprint: str
    before: Decision | None
    after: Decision | None


class Step(Value, frozen=True):
    """What one operation changed, and where the reviewer stood."""

    changes: tuple[Change, ...]
    at: str


@dataclass(frozen=True, eq=False)
class View:
    """Which findings are shown, and in what order.

    Attributes:
        order: Their places.
        by_file: Whether files come first, or codemods.
        filter: What they were chosen by; one that is answered stays until it is chosen anew.
    """

    order: tuple[int, ...] = ()
    by_file: bool = False
    filter: Filter = ALL

    @cached_property
    def positions(self) -> dict[int, int]:
        """Where in `order` each place is."""
        return {at: number for number, at in enumerate(self.order)}


@dataclass(frozen=True, eq=False)
class Session:
    """A review as it stands.

    Attributes:
        catalogue: The findings.
        answers: What was decided.
        hidden: Fingerprints of findings that were rejected in an earlier review.
        view: What is shown.
        at: The place of the finding the reviewer looks at; -1 where nothing is shown.
        past: Steps that can be taken back, oldest first.
        future: Steps that were taken back, the next one to redo last.
        note: What the last operation has to say.
    """

    catalogue: Catalogue
    answers: Answers = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    view: View = field(default_factory=View)
    at: int = -1
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    note: str = ""

    @property
    def position(self) -> int:
        """Where in the order the reviewer stands; -1 where nothing is shown."""
        return self.view.positions.get(self.at, -1)

    @property
    def current(self) -> Finding | None:
        """The finding the reviewer looks at."""
        return self.catalogue.findings[self.at] if self.at >= 0 else None

    def decision(self, at: int) -> Decision | None:
        """What was decided about the finding at a place."""
        return self.answers.get(self.catalogue.findings[at].fingerprint)

    def verdict(self, at: int) -> Verdict | None:
        """The verdict on the finding at a place; None where there is none yet."""
        decision = self.decision(at)
        return decision.verdict if decision else None

    def blockers(self, at: int) -> list[int]:
        """The accepted findings that this one cannot be made with."""
        if not self.answers:
            return []
        conflicts = self.catalogue.relations.conflicts(at)
        return sorted(one for one in conflicts if self.verdict(one) is Verdict.ACCEPT)

    @cached_property
    def counts(self) -> dict[Verdict | None, int]:
        """How many findings have each verdict and how many none, whatever the filter says."""
        found: dict[Verdict | None, int] = dict.fromkeys((*Verdict, None), 0)
        for finding in self.catalogue.findings:
            if finding.fingerprint not in self.hidden:
                decision = self.answers.get(finding.fingerprint)
                found[decision.verdict if decision else None] += 1
        return found


Operation = Callable[[Session], Session]


def start(
    catalogue: Catalogue, answers: Answers | None = None, hidden: Iterable[str] = ()
) -> Session:
    """A new review, at the first finding that is undecided."""
    fresh = Session(catalogue, dict(answers or {}), frozenset(hidden))
    fresh = replace(fresh, view=_view(fresh, View()))
    return _at_first_undecided(fresh, 0)


def renewed(session: Session, catalogue: Catalogue, answers: Answers) -> Session:
    """The same review over other findings: files were written, or changed on the disk.

    Args:
        session: The review so far.
        catalogue: What is there now.
        answers: Those of its answers that hold for it.
    """
    known = catalogue.place
    fresh = replace(
        session,
        catalogue=catalogue,
        answers=dict(answers),
        past=_kept(session.past, known),
        future=_kept(session.future, known),
        at=-1,
        note="",
    )
    fresh = replace(fresh, view=_view(fresh, session.view))
    old = session.current
    at = known.get(old.fingerprint, -1) if old else -1
    if at in fresh.view.positions:
        return replace(fresh, at=at)
    # What stood here is gone; go on with what comes after it.
    return _at_first_undecided(fresh, max(0, session.position))


def _kept(steps: Iterable[Step], known: Mapping[str, int]) -> tuple[Step, ...]:
    """The steps about findings that are still there."""
    kept = []
    for step in steps:
        changes = tuple(one for one in step.changes if one.fingerprint in known)
        if changes:
            kept.append(Step(changes, step.at))
    return tuple(kept)


def _at_first_undecided(session: Session, number: int) -> Session:
    """The session at the first undecided finding from the position `number` on."""
    order = session.view.order
    if not order:
        return session
    number = min(number, len(order) - 1)
    around = (*order[number:], *order[:number])
    undecided = (at for at in around if session.verdict(at) is None)
    return replace(session, at=next(undecided, order[number]))


def _view(session: Session, like: View) -> View:
    """What is shown with the grouping and filter of another view."""
    catalogue = session.catalogue
    every = catalogue.by_file if like.by_file else catalogue.by_codemod
    if like.filter or session.hidden:
        every = tuple(at for at in every if _shows(session, at, like.filter))
    return View(every, like.by_file, like.filter)


def _shows(session: Session, at: int, chosen: Filter) -> bool:
    finding = session.catalogue.findings[at]
    if finding.fingerprint in session.hidden:
        return False
    return not chosen or shows(chosen, finding, session.verdict(at))


# Moving is no step of its own, as nothing is lost by it.


def move(session: Session, by: int) -> Session:
    """Go forward or back by this many findings, as far as there are any."""
    here, order = session.position, session.view.order
    if here < 0:
        return session
    number = min(max(here + by, 0), len(order) - 1)
    note = ""
    if number == here:
        note = "This is the last one." if by > 0 else "This is the first one."
    return replace(session, at=order[number], note=note)


def go(session: Session, at: int) -> Session:
    """Look at the finding at a place, if it is shown."""
    return replace(session, at=at, note="") if at in session.view.positions else session


def first(session: Session) -> Session:
    """Go to the first finding shown."""
    return go(session, session.view.order[0]) if session.view.order else session


def last(session: Session) -> Session:
    """Go to the last finding shown."""
    return go(session, session.view.order[-1]) if session.view.order else session


def next_undecided(session: Session) -> Session:
    """Go to the next undecided finding, from the start again where there is none below."""
    here, order = session.position, session.view.order
    return _undecided_among(session, (*order[here + 1 :], *order[: here + 1]))


def previous_undecided(session: Session) -> Session:
    """Go to the undecided finding before this one, from the end again where there is none."""
    here, order = max(session.position, 0), session.view.order
    return _undecided_among(session, (*order[:here][::-1], *order[here:][::-1]))


def _undecided_among(session: Session, places: Iterable[int]) -> Session:
    for at in places:
        if session.verdict(at) is None:
            return replace(session, at=at, note="")
    return replace(session, note="Everything here is decided.")


def narrowed(session: Session, chosen: Filter) -> Session:
    """Show only what a filter lets through."""
    return _reviewed(session, replace(session.view, filter=chosen))


def regrouped(session: Session) -> Session:
    """Put files first where codemods were, and the other way round."""
    return _reviewed(session, replace(session.view, by_file=not session.view.by_file))


def _reviewed(session: Session, like: View) -> Session:
    fresh = replace(session, view=_view(session, like), note="")
    order = fresh.view.order
    if session.at in fresh.view.positions:
        return fresh
    if not order:
        return replace(fresh, at=-1, note="No finding is like that.")
    every = fresh.catalogue.by_file if like.by_file else fresh.catalogue.by_codemod
    ranks = {at: number for number, at in enumerate(every)}
    near = bisect_left([ranks[at] for at in order], ranks.get(session.at, 0))
    return replace(fresh, at=order[min(near, len(order) - 1)])
