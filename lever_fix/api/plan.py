"""What was found, to be narrowed and looked at; and what applying it led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lever_fix.making import Made, make
from lever_fix.model import FileChange, Finding, Problem, Refusal, Safety
from lever_fix.model import Plan as PlanValue
from lever_fix.patterns import verdict
from lever_fix.report.plan import encode_plan
from lever_fix.workflow import Session

if TYPE_CHECKING:
    from lever_fix.apply.model import Applied, Run
    from lever_fix.verify.model import Proof


@dataclass(frozen=True)
class Plan:
    """What was found in a project, or a part of it: a view that costs nothing to narrow.

    Iterating gives the findings; `len` counts them.

    Attributes:
        session: What it was found with.
        home: The directory of the project that made it.
        value: The same as a plain value, as a plan file holds it.
        unsafe: Whether the unsafe findings are made as well.
        once: Whether exactly one conflict-free round is made: what somebody saw in a file.
        limit: How often each finding may be made, by fingerprint; None where nobody picked any,
            and whatever a rewrite makes possible is made as well.
        notes: What a user should hear of.
    """

    session: Session = field(repr=False)
    home: Path
    value: PlanValue
    unsafe: bool = False
    once: bool = False
    limit: Mapping[str, int] | None = None
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.value.findings)

    def __len__(self) -> int:
        return len(self.value.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of every level, by path and position."""
        return self.value.findings

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The places that a codemod looked at and declined."""
        return self.value.refusals

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The files that could not be handled."""
        return self.value.problems

    @property
    def root(self) -> Path:
        """What all paths are relative to: the top of the repository."""
        return self.session.root

    def interrupted(self) -> Run | None:
        """The run that was cut short while it wrote here, which has to be taken back first."""
        from lever_fix.apply.journal import interrupted_run

        return interrupted_run(self.root)

    def filter(
        self,
        keep: Callable[[Finding], bool] | None = None,
        *,
        codemod: str = "",
        path: str = "",
        safety: Safety | None = None,
    ) -> Plan:
        """The plan with some of its findings; applied, it makes these and no others.

        Args:
            keep: Whether to keep a finding.
            codemod: Keep those of this codemod.
            path: Keep those in files that match this pattern, in the syntax of `.gitignore`.
            safety: Keep those of this level.
        """
        kept = tuple(
            one
            for one in self.findings
            if (keep is None or keep(one))
            and codemod in ("", one.codemod)
            and (not path or verdict((path,), one.path))
            and safety in (None, one.safety)
        )
        limit = Counter(one.fingerprint for one in kept)
        return replace(self, value=msgspec.structs.replace(self.value, findings=kept), limit=limit)

    def by_codemod(self) -> dict[str, Plan]:
        """A plan for each codemod that found something."""
        names = sorted({one.codemod for one in self.findings})
        return {name: self.filter(codemod=name) for name in names}

    def changes(self) -> list[FileChange]:
        """What applying it would write; nothing is written."""
        start = dict(self.session.run.overlay)
        try:
            return self.make().settled.changes
        finally:
            self.session.run.restore(start)

    def diff(self) -> str:
        """What applying it would change, as a unified diff to read; nothing is written."""
        from lever_fix.report.diff import render_diff

        return render_diff(self.changes())

    def save(self, file: str | Path) -> None:
        """Write it as a plan file, for `lever-fix apply --plan FILE` or `Project.plan`."""
        Path(file).write_bytes(encode_plan(self.value))

    def make(self, *, in_steps: bool = False, limit: Mapping[str, int] | None = None) -> Made:
        """The new files, in memory; the session's overlay is left at them.

        Args:
            in_steps: Whether each codemod's part is told apart.
            limit: How often each finding may be made, by fingerprint; the plan's own by default.
        """
        try:
            return make(
                self.session,
                self.value,
                self.session.accepts(unsafe=self.unsafe),
                once=self.once,
                in_steps=in_steps,
                limit=self.limit if limit is None else limit,
            )
        finally:
            self.session.close()


@dataclass(frozen=True)
class Result:
    """What applying a plan led to.

    Attributes:
        findings: What was made.
        changes: Every file that changed, before and after.
        problems: Files that could not be handled, and findings that were left out, with why.
        left: Findings with a fix that are there now.
        applied: What was written; None for a dry run, and where there was nothing to write.
        proof: What verification saw; None where none was asked for.
    """

    findings: tuple[Finding, ...]
    changes: tuple[FileChange, ...]
    problems: tuple[Problem, ...] = ()
    left: tuple[Finding, ...] = ()
    applied: Applied | None = None
    proof: Proof | None = None

    @property
    def run_id(self) -> str:
        """What `Project.undo` takes; empty where nothing was written."""
        return self.applied.run_id if self.applied else ""

    @property
    def commits(self) -> tuple[str, ...]:
        """The commits that were made, oldest first."""
        return self.applied.commits if self.applied else ()

    @property
    def branch(self) -> str:
        """The branch that holds them."""
        return self.applied.branch if self.applied else ""

    def diff(self) -> str:
        """What changed, as a unified diff to read."""
        from lever_fix.report.diff import render_diff

        return render_diff(self.changes)
