"""Answers, one finding at a time or many, and the way back: each is one step of a session.

What a step changed is kept as the answers before and after it, so that any can be taken back. The
findings accepted here never conflict with each other, and what they need is accepted, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from lever_fix.decisions import replacement_digest
from lever_fix.model import Decision, Finding, Verdict
from lever_fix.review.session import Answers, Change, Session, Step, next_undecided

Likeness = Callable[[Finding, Finding], bool]
"""Whether a finding is like the one that is looked at."""


def accept(session: Session) -> Session:
    """Accept this finding, what it needs included, and go on."""
    if session.current is None:
        return session
    if session.current.fix is None:
        return replace(session, note="Nothing to accept: this is a place to look at. `n` is next.")
    return _accept(session, accepting(session.current))


def accept_edited(session: Session, text: str, digest: str) -> Session:
    """Accept this finding with its lines as they were edited by hand, and go on."""
    if session.current is None:
        return session
    return _accept(session, accepting(session.current, text, digest))


def reject(session: Session, reason: str = "") -> Session:
    """Reject this finding and go on; what needs it is undecided again."""
    return _refuse(session, Verdict.REJECT, reason)


def suppress(session: Session, reason: str) -> Session:
    """Reject this finding by a comment in the code, and go on."""
    return _refuse(session, Verdict.SUPPRESS, reason)


def clear(session: Session) -> Session:
    """Make this finding undecided again, and what needs it."""
    draft = _Draft(session)
    if session.current is None or session.decision(session.at) is None:
        return replace(session, note="It is undecided already.")
    draft.release(session.at)
    draft.changes[session.current.fingerprint] = None
    return replace(_stepped(session, draft.changes), note="")


def accept_all(session: Session, like: Likeness) -> Session:
    """Accept the undecided findings shown that are like this one.

    Those less safe than this one are left: somebody has to read their reasons. So are those that
    conflict with what is accepted, or need what is rejected.
    """
    if session.current is None:
        return session
    least, draft = session.current.safety, _Draft(session)
    taken, unsafe, blocked = 0, 0, 0
    for at in _undecided(session, like):
        finding = session.catalogue.findings[at]
        if finding.fix is None or draft.verdict(at) is Verdict.ACCEPT:
            continue
        along = [at, *draft.missing(at)]
        if min(session.catalogue.findings[one].safety for one in along) < least:
            unsafe += 1
        elif any(draft.verdict(one) or draft.blockers(one) for one in along):
            blocked += 1
        else:
            for one in along:
                draft.accept(one)
            taken += len(along)
    note = f"Accepted {taken:,}." if taken else "There is nothing to accept."
    note += f" {unsafe:,} less safe: left." if unsafe else ""
    note += f" {blocked:,} in conflict with other answers: left." if blocked else ""
    return _onward(_stepped(session, draft.changes), note)


def reject_all(session: Session, like: Likeness) -> Session:
    """Reject the undecided findings shown that are like this one."""
    findings = [session.catalogue.findings[at] for at in _undecided(session, like)]
    changes = {one.fingerprint: refusing(one, Verdict.REJECT) for one in findings}
    note = f"Rejected {len(changes):,}." if changes else "There is nothing to reject."
    return _onward(_stepped(session, dict(changes)), note)


def same_file(one: Finding, other: Finding) -> bool:
    """Whether two findings stand in one file."""
    return one.path == other.path


def same_codemod(one: Finding, other: Finding) -> bool:
    """Whether two findings are of one codemod."""
    return one.codemod == other.codemod


def same_level(one: Finding, other: Finding) -> bool:
    """Whether two findings are equally safe."""
    return one.safety is other.safety


def undo(session: Session) -> Session:
    """Take the last step back, and stand where it was made."""
    if not session.past:
        return replace(session, note="There is nothing to undo.")
    *past, step = session.past
    back = replace(session, past=tuple(past), future=(*session.future, step))
    return _restored(back, step, {one.fingerprint: one.before for one in step.changes})


def redo(session: Session) -> Session:
    """Make the step again that was taken back last."""
    if not session.future:
        return replace(session, note="There is nothing to redo.")
    *future, step = session.future
    forth = replace(session, past=(*session.past, step), future=tuple(future))
    return _restored(forth, step, {one.fingerprint: one.after for one in step.changes})


def _restored(session: Session, step: Step, changes: Mapping[str, Decision | None]) -> Session:
    at = session.catalogue.place.get(step.at, -1)
    at = at if at in session.view.positions else session.at
    return replace(session, answers=changed(session.answers, changes), at=at, note="")


def accepting(finding: Finding, edited: str = "", digest: str = "") -> Decision:
    """The decision that accepts a finding, as offered or as edited by hand."""
    return Decision(
        fingerprint=finding.fingerprint,
        codemod=finding.codemod,
        path=finding.path,
        verdict=Verdict.ACCEPT,
        alike=finding.alike,
        digest=digest or replacement_digest(finding),
        edited=edited,
    )


def refusing(finding: Finding, verdict: Verdict, reason: str = "") -> Decision:
    """The decision that rejects a finding, with a comment in the code or without."""
    return Decision(
        fingerprint=finding.fingerprint,
        codemod=finding.codemod,
        path=finding.path,
        verdict=verdict,
        alike=finding.alike,
        reason=reason,
    )


def changed(answers: Answers, changes: Mapping[str, Decision | None]) -> Answers:
    """The answers with some of them changed; None takes one away."""
    fresh = {**answers, **changes}
    return {name: decision for name, decision in fresh.items() if decision is not None}


@dataclass
class _Draft:
    """A step in the making.

    Attributes:
        session: What it starts from.
        changes: The answers that change, by fingerprint; None where one is taken away.
    """

    session: Session
    changes: dict[str, Decision | None] = field(default_factory=dict)

    def verdict(self, at: int) -> Verdict | None:
        name = self.session.catalogue.findings[at].fingerprint
        decision = self.changes[name] if name in self.changes else self.session.answers.get(name)
        return decision.verdict if decision else None

    def accepted(self, places: Iterable[int]) -> list[int]:
        return [at for at in sorted(places) if self.verdict(at) is Verdict.ACCEPT]

    def blockers(self, at: int) -> list[int]:
        return self.accepted(self.session.catalogue.relations.conflicts(at))

    def missing(self, at: int) -> list[int]:
        """What the finding needs and is not accepted yet."""
        needs = self.session.catalogue.relations.needs(at)
        return [one for one in sorted(needs) if self.verdict(one) is not Verdict.ACCEPT]

    def accept(self, at: int, decision: Decision | None = None) -> None:
        finding = self.session.catalogue.findings[at]
        self.changes[finding.fingerprint] = decision or accepting(finding)

    def release(self, at: int) -> int:
        """Make a finding undecided, and what needs it; tells how many that are."""
        dependents = self.session.catalogue.relations.needed_by(at)
        names = [
            self.session.catalogue.findings[one].fingerprint
            for one in self.accepted((at, *dependents))
        ]
        self.changes.update(dict.fromkeys(names))
        return len(names)


def _accept(session: Session, decision: Decision) -> Session:
    """Accept the current finding and what it needs; what conflicts is undecided again."""
    draft, released = _Draft(session), 0
    along = draft.missing(session.at)
    for at in (session.at, *along):
        for other in draft.blockers(at):
            released += draft.release(other)
    for at in along:
        draft.accept(at)
    draft.accept(session.at, decision)
    note = f"Took along {len(along):,} that it needs." if along else ""
    if released:
        note += f" Undecided again, as it conflicts: {released:,}."
    return _onward(_stepped(session, draft.changes), note.strip())


def _refuse(session: Session, verdict: Verdict, reason: str) -> Session:
    if session.current is None:
        return session
    draft = _Draft(session)
    released = draft.release(session.at) - (session.verdict(session.at) is Verdict.ACCEPT)
    draft.changes[session.current.fingerprint] = refusing(session.current, verdict, reason)
    note = f"Undecided again, as it needs this one: {released:,}." if released else ""
    return _onward(_stepped(session, draft.changes), note)


def _undecided(session: Session, like: Likeness) -> list[int]:
    """Undecided places shown, in the order in which a run would make them."""
    current, findings, rank = session.current, session.catalogue.findings, session.catalogue.rank
    if current is None:
        return []
    places = [
        at
        for at in session.view.order
        if session.verdict(at) is None and like(findings[at], current)
    ]
    return sorted(places, key=lambda at: (rank.get(findings[at].codemod, 0), at))


def _stepped(session: Session, answers: Mapping[str, Decision | None]) -> Session:
    """The session one step on; no step where nothing changes."""
    changes = tuple(
        Change(name, session.answers.get(name), after)
        for name, after in answers.items()
        if session.answers.get(name) != after
    )
    if not changes:
        return session
    step = Step(changes, session.current.fingerprint if session.current else "")
    return replace(
        session,
        answers=changed(session.answers, {one.fingerprint: one.after for one in changes}),
        past=(*session.past, step),
        future=(),
    )


def _onward(session: Session, note: str) -> Session:
    fresh = next_undecided(session)
    return replace(fresh, note=note) if note else fresh
