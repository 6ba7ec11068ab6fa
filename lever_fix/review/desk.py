"""A review with what it may ask for: the files, saving, writing, an editor.

The session knows none of these; both terminals work through a `Review`, so that they differ in
nothing but how they ask and show.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from lever_fix.decisions import DecisionsFile, match_decisions, replacement_digest
from lever_fix.errors import LeverFixError, SourceError
from lever_fix.model import Decision, Finding, Plan, Problem, Verdict
from lever_fix.report.paths import Shown, as_is
from lever_fix.report.text import counted
from lever_fix.review import answering
from lever_fix.review.carry import carried, sites
from lever_fix.review.catalogue import Catalogue
from lever_fix.review.changes import (
    Sources,
    complaint,
    decided,
    edited,
    offered_lines,
    with_decision,
)
from lever_fix.review.hunks import Hunk, hunks_of
from lever_fix.review.session import Operation, Session, renewed, start


@dataclass(frozen=True)
class Written:
    """What a write led to.

    Attributes:
        made: The findings whose fixes were written.
        paths: The files that changed.
        remaining: The plan of what is there now.
        problems: What could not be made, and why.
    """

    made: tuple[Finding, ...]
    paths: tuple[str, ...]
    remaining: Plan
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What a review may ask for.

    Attributes:
        file: Where answers are kept.
        source: The files as they were analysed.
        changed: Paths of the plan's files that are not what was analysed any more.
        analyse: Looks at these files again; the plan of what is there now.
        write: Makes and writes the findings of a plan, or raises and writes nothing.
        explain: The documentation of a codemod.
        edit: The user's editor on a text, under a file name.
        shown: How to show a path.
        rank: Rank of each codemod of a plan where its findings conflict.
        line_length: Columns that new code should keep to.
    """

    file: DecisionsFile
    source: Sources
    changed: Callable[[Plan], Collection[str]]
    analyse: Callable[[Collection[str]], Plan]
    write: Callable[[Plan], Written]
    explain: Callable[[str], str]
    edit: Callable[[str, str], str]
    shown: Shown = as_is
    rank: Callable[[Plan], Mapping[str, int]] = lambda _: {}
    line_length: int = 88


class Review:
    """A session at work: every answer is saved as it is given.

    Attributes:
        desk: What it may ask for.
        plan: What is under review.
        first: What was, before anything was written.
        session: Where it stands.
        problems: What could not be made so far.
        complete: Whether the plan is; while it grows, nothing is written.
    """

    def __init__(self, desk: Desk, plan: Plan, *, everything: bool = False) -> None:
        """Start with what was decided before.

        Args:
            desk: What it may ask for.
            plan: What is to be reviewed.
            everything: Whether to show what was rejected in an earlier review, too.
        """
        self.desk = desk
        self.plan = self.first = plan
        self.problems: dict[Problem, None] = {}
        self.complete = True
        self._everything = everything
        matched = match_decisions(plan.findings, desk.file.decisions, desk.source)
        self.outdated = matched.outdated
        hidden = set() if everything else _refused(matched.decided)
        self.session = start(self._catalogue(), matched.decided, hidden)

    def _catalogue(self) -> Catalogue:
        return Catalogue(self.plan.findings, self.desk.rank(self.plan))

    def do(self, operation: Operation) -> Session:
        """Carry an operation out, and save what it answered."""
        before, after = self.session, operation(self.session)
        if after.answers is not before.answers:
            names = before.answers.keys() | after.answers.keys()
            self.desk.file.record(
                {
                    name: after.answers.get(name)
                    for name in names
                    if before.answers.get(name) != after.answers.get(name)
                }
            )
        self.session = after
        return after

    def say(self, note: str) -> None:
        """Leave a word for the reviewer."""
        self.session = replace(self.session, note=note)

    def effective(self, at: int) -> Finding:
        """A finding with the fix that the decision about it leads to."""
        finding = self.session.catalogue.findings[at]
        return with_decision(finding, self.session.decision(at), self.desk.source)

    def hunks(self, context: int) -> list[Hunk]:
        """What the fix of the finding that is looked at changes."""
        for _ in range(2):
            if self.session.current is None:
                break
            try:
                finding = self.effective(self.session.at)
                return hunks_of(finding, self.desk.source, context)
            except (SourceError, ValueError):
                # Its file is another one now, so that the edits lie who knows where.
                if not self.refresh():
                    raise
        return []

    def edit(self) -> None:
        """Let the user edit the new lines, and accept them as they are then."""
        finding = self.session.current
        if finding is None or finding.fix is None:
            self.say("There is no new code to edit here.")
            return
        source = self.desk.source(finding.path)
        decision = self.session.decision(self.session.at)
        offered = offered_lines(finding, source)
        before = decision.edited if decision and decision.edited else offered
        try:
            text = self.desk.edit(PurePosixPath(finding.path).name, before)
        except LeverFixError as error:
            self.say(f"{error.message}. {error.hint}".rstrip(". ") + ".")
            return
        if text == before:
            self.say("Nothing was edited, so nothing was decided.")
        elif text == offered:
            self.do(answering.accept)
        elif wrong := complaint(edited(finding, source, text), source, self.desk.line_length):
            self.say(f"Not taken: {wrong}")
        else:
            digest = replacement_digest(finding, source)
            self.do(lambda one: answering.accept_edited(one, text, digest))

    @property
    def unwritten(self) -> int:
        """How many decisions a write would carry out."""
        verdicts = (one.verdict for one in self.session.answers.values())
        return sum(one is not Verdict.REJECT for one in verdicts)

    def write(self) -> None:
        """Write what is accepted, and go on with what is there then."""
        if not self.complete:
            self.say("The analysis is under way: write when it is done. Your answers are kept.")
            return
        if self.refresh():
            self.say(f"{self.session.note} Nothing was written yet: look again, then write.")
            return
        # What was taken back or forth may be about code that has changed since.
        given, source = self.session.answers, self.desk.source
        answers = match_decisions(self.plan.findings, given, source).decided
        part = decided(self.plan, answers, source)
        if not part.findings:
            self.say("Nothing is accepted yet.")
            return
        before = sites(self.plan.findings, self.desk.source)
        try:
            written = self.desk.write(part)
        except LeverFixError as error:
            self.say(f"Nothing was written: {error.message}. {error.hint}".strip())
            return
        self.problems |= dict.fromkeys(written.problems)
        made = {one.fingerprint for one in written.made}
        self.plan = written.remaining
        self.desk.file.record(
            carried(answers, made, before, written.remaining.findings, self.desk.source)
        )
        self._renew()
        count, files = len(made), counted(len(written.paths), "file")
        note = f"Wrote {count:,} in {files}; `lever-fix undo` takes it back."
        if len(part.findings) > count:
            note += f" {len(part.findings) - count:,} could not be made with them."
        self.say(note)

    def refresh(self) -> bool:
        """Look again at files that changed on the disk; whether there were any."""
        if not self.complete:
            return False
        paths = sorted(self.desk.changed(self.plan))
        if not paths:
            return False
        self.plan = self.desk.analyse(paths)
        self._renew()
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        self.say(f"{self.desk.shown(paths[0])}{more} changed on the disk and was analysed again.")
        return True

    def grow(self, plan: Plan, *, complete: bool) -> None:
        """Take a plan in that knows more than the one so far."""
        self.plan = self.first = plan
        self.complete = complete
        note = self.session.note
        self._renew()
        self.say(note)

    def _renew(self) -> None:
        matched = match_decisions(self.plan.findings, self.desk.file.decisions, self.desk.source)
        old = self.session
        if not self._everything:
            fresh = _refused(matched.decided) - old.answers.keys()
            self.session = old = replace(old, hidden=old.hidden | fresh)
        self.session = renewed(old, self._catalogue(), matched.decided)


def _refused(decisions: Mapping[str, Decision]) -> set[str]:
    return {name for name, one in decisions.items() if one.verdict is Verdict.REJECT}
