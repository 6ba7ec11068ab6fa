"""One review over all repositories: a row for each shape, accepted or rejected wherever it stands.

The session and the screens are those of `lever-fix review`. What they are given is one finding for
each shape, in a file that holds the lines of one of its places; an answer goes into the campaign's
state as it is given, and `bulk run` carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lever_fix.bulk.shapes import Row, rows
from lever_fix.bulk.state import State, state_file
from lever_fix.decisions import DecisionsFile, replacement_digest
from lever_fix.errors import BulkError
from lever_fix.model import Decision, Edit, Finding, Fix, Plan, Safety, Span, Verdict
from lever_fix.report.text import counted
from lever_fix.review.desk import Desk, Review
from lever_fix.sources import SourceFile, decode


@dataclass(frozen=True)
class _Shown:
    """The findings that stand for shapes, and the files they stand in."""

    findings: Sequence[Finding]
    files: Mapping[str, SourceFile]


class _Kept(DecisionsFile):
    """Decisions that are kept in a campaign's state, each from the moment it is made."""

    def __init__(self, state: State, file: Path, findings: Sequence[Finding]) -> None:
        self.path = file
        self._state = state
        decided = state.decisions()
        self._entries = {
            one.fingerprint: _decision(one, accepted=decided[one.fingerprint])
            for one in findings
            if one.fingerprint in decided
        }

    def record(self, changes: Mapping[str, Decision | None]) -> None:
        """Take answers in, or out where they are None."""
        for shape, decision in changes.items():
            if decision is None:
                self._entries.pop(shape, None)
                self._state.decide(shape, None)
            else:
                self._entries[shape] = decision
                self._state.decide(shape, decision.verdict is Verdict.ACCEPT)


def review_of(
    state: State, campaign: Path, explain: Callable[[str], str], *, everything: bool = False
) -> Review:
    """The review of what a campaign planned.

    Args:
        state: Of the campaign.
        campaign: Its file.
        explain: The documentation of a codemod.
        everything: Whether to show what was rejected before, too.

    Raises:
        BulkError: Nothing is planned yet.
    """
    outcomes = [row.outcome for row in state.rows() if row.outcome is not None]
    found = rows((outcome.name, one) for outcome in outcomes for one in outcome.shapes)
    if not outcomes:
        raise BulkError(
            "nothing is planned yet, so there is nothing to review",
            f"plan first: lever-fix bulk run {campaign} --plan-only",
        )
    shown = _shown(found)
    plan = Plan(findings=tuple(shown.findings), checked=len(outcomes))
    desk = Desk(
        file=_Kept(state, state_file(campaign), shown.findings),
        source=shown.files.__getitem__,
        changed=lambda _: (),
        analyse=lambda _: plan,
        write=lambda _, __: _refuse(
            "a campaign's decisions are carried out in its repositories",
            f"they are kept; now run: lever-fix bulk run {campaign}",
        ),
        explain=explain,
        edit=lambda name, _: _refuse(
            "one row stands for many places, which no one edit fits",
            "reject it here, and mend the places in their repositories",
        ),
    )
    return Review(desk, plan, everything=everything)


def _refuse(message: str, hint: str) -> NoReturn:
    raise BulkError(message, hint)


def _decision(finding: Finding, *, accepted: bool) -> Decision:
    return Decision(
        fingerprint=finding.fingerprint,
        codemod=finding.codemod,
        path=finding.path,
        verdict=Verdict.ACCEPT if accepted else Verdict.REJECT,
        digest=replacement_digest(finding) if accepted else "",
    )


def _shown(found: Sequence[Row]) -> _Shown:
    findings, files = [], {}
    for number, row in enumerate(found, 1):
        shape, where = row.shape, counted(len(row.places), "repository", "repositories")
        first = f"{next(iter(row.places))}/{shape.places[0][0]}"
        # The number keeps apart what stands in one file, and the order where files come first.
        path = f"{number:04}: {counted(row.count, 'place')} in {where}: {first}"
        before, after = shape.before.encode() + b"\n", shape.after + "\n"
        files[path] = decode(path, before)
        findings.append(
            Finding(
                codemod=shape.codemod,
                path=path,
                span=Span(0, len(before) - 1),
                message=shape.message,
                safety=Safety(shape.safety),
                reasons=shape.reasons,
                fix=Fix((Edit(path, 0, len(before), after),)),
                fingerprint=shape.key,
            )
        )
    return _Shown(findings, files)
