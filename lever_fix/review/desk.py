"""A review with what it may ask for: the files, saving, writing, an editor.

The session knows none of these; both terminals work through a `Review`, so that they differ in
nothing but how they ask and show.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from lever_fix.decisions import DecisionsFile, match_decisions, replacement_digest
from lever_fix.errors import LeverFixError, SourceError
from lever_fix.model import Decision, Finding, Plan, Problem, Verdict
from lever_fix.report.paths import Shown, as_is
from lever_fix.report.text import counted
from lever_fix.review import answering
from lever_fix.review.carry import Sites, carried, sites
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
from lever_fix.review.session import Answers, Operation, Session, renewed, start

MAKING = "Making the changes"
LOOKING = "Looking at what is left"
WRITING = "Writing the files"
"""What a write does, one after the other; once files are written it is not to be stopped."""


def _nobody(*_: object) -> None:
    """Hears, and does nothing."""


@dataclass(frozen=True)
class Watch:
    """Who watches over a write.

    Attributes:
        hear: Told what is done now and on how many of how many files it is done; 0 of 0 where
            nobody counts. What it raises ends the write, with everything as it was.
        say: Told what is worth knowing afterwards, a text at a time.
    """

    hear: Callable[[str, int, int], None] = _nobody
    say: Callable[[str], None] = _nobody


UNWATCHED = Watch()


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
class Outcome:
    """How a write ended.

    Attributes:
        asked: How many findings were to be made.
        written: What came of them; None where nothing was written.
        note: Why nothing was.
        answers: What was decided when it began.
        before: The findings at sites that read the same, as they were.
    """

    asked: int = 0
    written: Written | None = None
    note: str = ""
    answers: Answers = field(default_factory=dict)
    before: Sites = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """What a review may ask for.

    Attributes:
        file: Where answers are kept.
        source: The files as they were analysed.
        changed: Paths of the plan's files that are not what was analysed any more.
        analyse: Looks at these files again; the plan of what is there now.
        write: Makes and writes the findings of a plan, or raises and writes nothing. Until `take`
            is called, `source` gives the files as they were.
        take: Takes it that what was written is what there is now.
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
    write: Callable[[Plan, Watch], Written]
    explain: Callable[[str], str]
    edit: Callable[[str, str], str]
    shown: Shown = as_is
    rank: Callable[[Plan], Mapping[str, int]] = lambda _: {}
    take: Callable[[Written], None] = _nobody
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
        if before.strip() and not text.strip():
            self.say("The editor left nothing, so nothing was decided.")
        elif text == before:
            self.say("Nothing was edited, so nothing was decided.")
        elif text == offered:
            self.do(answering.accept)
        elif wrong := complaint(edited(finding, source, text), source, self.desk.line_length):
            self.say(f"Not taken: {wrong}")
        else:
            digest = replacement_digest(finding, source)
            self.do(lambda one: answering.accept_edited(one, text, digest))

    @property
    def errors(self) -> list[Problem]:
        """The files that could not be handled, and what could not be made."""
        return list(dict.fromkeys((*self.plan.problems, *self.problems)))

    @property
    def unwritten(self) -> int:
        """How many decisions a write would carry out."""
        verdicts = (one.verdict for one in self.session.answers.values())
        return sum(one is not Verdict.REJECT for one in verdicts)

    def write(self) -> None:
        """Write what is accepted, and go on with what is there then."""
        if self.may_write():
            self.take(self.carry_out())

    def may_write(self) -> bool:
        """Whether there is something to write, and nothing against it; else says why not."""
        if not self.complete:
            self.say("The analysis is under way: write when it is done. Your answers are kept.")
        elif self.refresh():
            self.say(f"{self.session.note} Nothing was written yet: look again, then write.")
        elif not self.unwritten:
            self.say("Nothing is accepted yet.")
        else:
            return True
        return False

    def carry_out(self, watch: Watch = UNWATCHED) -> Outcome:
        """Write what is accepted; the review stays as it is, so that this may go on beside it."""
        plan, source = self.plan, self.desk.source
        # What was taken back or forth may be about code that has changed since.
        answers = match_decisions(plan.findings, self.session.answers, source).decided
        part = decided(plan, answers, source)
        if not part.findings:
            return Outcome(note="Nothing is accepted yet.")
        before = sites(plan.findings, source)
        try:
            written = self.desk.write(part, watch)
        except LeverFixError as error:
            said = f"Nothing was written: {error.message}. {error.hint}".strip()
            return Outcome(len(part.findings), note=said)
        return Outcome(len(part.findings), written, answers=answers, before=before)

    def take(self, outcome: Outcome) -> None:
        """Go on with what is there after a write."""
        written = outcome.written
        if written is None:
            self.say(outcome.note)
            return
        self.desk.take(written)
        self.problems |= dict.fromkeys(written.problems)
        made = {one.fingerprint for one in written.made}
        self.plan = written.remaining
        findings, source = written.remaining.findings, self.desk.source
        self.desk.file.record(carried(outcome.answers, made, outcome.before, findings, source))
        self._renew()
        files = counted(len(written.paths), "file")
        note = f"Wrote {len(made):,} in {files}; `lever-fix undo` takes it back."
        if outcome.asked > len(made):
            note += f" {outcome.asked - len(made):,} could not be made with them."
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
