"""A project, and what may be done with it: plan, apply, take back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lever_fix.api.files import baseline_file, read_file, without_known
from lever_fix.api.plan import Plan, Result
from lever_fix.config import Override
from lever_fix.discovery import find_root
from lever_fix.errors import ApplyError, UsageError
from lever_fix.making import Made, Step
from lever_fix.report.plan import decode_plan
from lever_fix.suppress import UNUSED, UNUSED_SUMMARY
from lever_fix.workflow import Request, Session, open_session, refuse_stale

if TYPE_CHECKING:
    from lever_fix.apply.model import Applied, CommitStep, Run, Undone
    from lever_fix.verify.model import Proof, Say, Verification


class Project:
    """A directory of Python code, and what may be done with it."""

    def __init__(
        self,
        path: str | Path = ".",
        *,
        codemods: Sequence[str] = (),
        config: Mapping[str, Any] | None = None,
        isolated: bool = False,
        trusted: bool = True,
        jobs: int = 0,
        cache: bool = True,
    ) -> None:
        """Name a project; nothing is looked at yet.

        Args:
            path: The directory to work in.
            codemods: Codemod files (`PATH` or `PATH:NAME`) and modules besides those there are.
            config: Settings that outrank those in `pyproject.toml`, as its table has them.
            isolated: Whether to ignore all configuration files.
            trusted: Whether the project's own configuration may load codemods; where it comes
                from strangers, it must not.
            jobs: Worker processes; 0 for as many as there are processors.
            cache: Whether to keep and look up what need not be worked out again.
        """
        self.request = Request(
            cwd=Path(path).resolve(),
            overrides=(Override("config", config),) if config else (),
            isolated=isolated,
            codemods=tuple(codemods),
            jobs=jobs,
            cache=cache,
            trusted=trusted,
        )

    @classmethod
    def of(cls, request: Request) -> Project:
        """The project that a request is about."""
        project = cls.__new__(cls)
        project.request = request
        return project

    @property
    def root(self) -> Path:
        """The top of the project's repository."""
        return find_root(self.request.paths, self.request.cwd)

    def plan(
        self,
        paths: Sequence[str] = (),
        *,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] = (),
        unsafe: bool = False,
        since: str = "",
        baseline: str | Path | None = None,
        use_baseline: bool = True,
        file: str | Path | None = None,
    ) -> Plan:
        """Analyse the project; nothing is written.

        Args:
            paths: Files and directories to look at, relative to the project's; all if none.
            select: Ids of the codemods to run; None for those that its settings say.
            ignore: Ids of codemods not to run.
            unsafe: Whether `apply` shall make the unsafe findings, too.
            since: Revision; only findings on lines changed since.
            baseline: File of findings that are known and not reported; by default the one that the
                settings name.
            use_baseline: Whether that default counts.
            file: Plan file to read instead of analysing.

        Raises:
            LeverFixError: A path, a setting, a codemod or a file is wrong.
        """
        session = open_session(_narrowed(self.request, paths, select, ignore, since))
        notes = []
        try:
            if file is None:
                value = session.plan()
                if not session.run.groups and not session.problems:
                    notes.append("No Python files found here; nothing was looked at.")
            else:
                value = decode_plan(read_file(Path(file)), str(file))
                refuse_stale(session, value)
                value = session.narrowed(value)
            known = baseline_file(session, baseline, configured=use_baseline)
            if known is not None:
                value, stale = without_known(session, value, known)
                if stale and session.since is None and file is None:
                    notes.append(stale)
        finally:
            session.close()
        once = file is not None
        return Plan(session, self.request.cwd, value, unsafe, once, notes=tuple(notes))

    def apply(
        self,
        plan: Plan,
        *,
        dry_run: bool = False,
        commit: Literal["", "per-codemod"] = "",
        branch: str = "",
        message: str = "",
        trailer: str = "",
        verify: str | Verification = "",
        allow_dirty: bool = False,
        allow_no_vcs: bool = False,
        say: Say | None = None,
    ) -> Result:
        """Make a plan's findings, in all files or in none; `undo` takes it back.

        Args:
            plan: What `plan` found here, or a part of it.
            dry_run: Whether to work all of it out and write nothing.
            commit: `per-codemod` makes one commit for each codemod.
            branch: Make the commits on a new branch of this name.
            message: Template of a commit message: `{codemod}`, `{summary}`, `{findings}`,
                `{files}` and `{safety}` are filled in.
            trailer: Last line of each commit message, in place of `Lever-Run: ID`; without a time
                in it, the same changes on the same commit can be the same commits.
            verify: A command, or a `Verification`: it is run on the change in a work tree of its
                own, and findings that it fails with are left out.
            allow_dirty: Whether files with uncommitted changes may be changed, too.
            allow_no_vcs: Whether files outside git may be changed.
            say: Hears of what goes on.

        Raises:
            LeverFixError: Nothing was written, and why.
        """
        session = plan.session
        self._refuse(plan, dry_run=dry_run)
        start = dict(session.run.overlay)
        try:
            made, proof = self._made(plan, bool(commit or branch), verify, say or _nobody)
            applied = None
            if not dry_run:
                allowed = (allow_dirty, allow_no_vcs, bool(commit), branch, message, trailer)
                applied = _written(session, made, *allowed)
            return _result(session, made, proof, applied)
        finally:
            session.run.restore(start)

    def _refuse(self, plan: Plan, *, dry_run: bool) -> None:
        """Refuse a plan that was made elsewhere, or of what is no longer as it was."""
        if plan.home != self.request.cwd:
            raise UsageError(f"the plan was made in {plan.home}, not in {self.request.cwd}")
        run = None if dry_run else plan.interrupted()
        if run is not None:
            raise ApplyError(
                f"the run {run.id} was interrupted while it wrote",
                f"take it back first: lever-fix undo {run.id}",
            )
        refuse_stale(plan.session, plan.value)

    def undo(self, run: str | None = None) -> Undone:
        """Take the last run, or a named one, back.

        Raises:
            UndoError: It cannot be; nothing was changed.
        """
        from lever_fix.apply.undo import undo  # the git library takes 70 ms to load

        return undo(self.root, run)

    def runs(self) -> tuple[Run, ...]:
        """The runs that can be taken back, and those that were, newest first."""
        from lever_fix.apply.journal import list_runs

        return tuple(list_runs(self.root))

    def _made(
        self, plan: Plan, in_steps: bool, verify: str | Verification, say: Say
    ) -> tuple[Made, Proof | None]:
        if not verify:
            return plan.make(in_steps=in_steps), None
        from lever_fix.verify.model import Verification
        from lever_fix.verify.proof import prove

        wanted = Verification(verify) if isinstance(verify, str) else verify
        if not wanted.copy:
            copy = plan.session.resolver.for_directory().settings.verify_copy
            wanted = replace(wanted, copy=copy)

        def attempt(limit: Mapping[str, int] | None) -> Made:
            return plan.make(in_steps=in_steps, limit=limit)

        proof = prove(plan.session, attempt, wanted, self.request.cwd, say)
        return proof.made, proof


def _nobody(_text: str) -> None:
    """Hears, and says nothing."""


def _narrowed(
    request: Request,
    paths: Sequence[str],
    select: Sequence[str] | None,
    ignore: Sequence[str],
    since: str,
) -> Request:
    """The request with what one call of `plan` adds to it."""
    overrides = list(request.overrides)
    if select is not None:
        # What is asked for wins over what a file ignores.
        table = {"select": list(select), "extend-select": [], "ignore": []}
        overrides.append(Override("select", table))
    if ignore:
        overrides.append(Override("ignore", {"ignore": list(ignore)}, adds=True))
    return replace(
        request,
        paths=tuple(paths) or request.paths,
        overrides=tuple(overrides),
        since=since or request.since,
    )


def _written(
    session: Session,
    made: Made,
    allow_dirty: bool,
    allow_no_vcs: bool,
    commit: bool,
    branch: str,
    message: str,
    trailer: str,
) -> Applied | None:
    """Write what was made; None where there is nothing to write."""
    if not made.settled.changes:
        return None
    from lever_fix.apply.model import ApplyOptions
    from lever_fix.apply.transaction import apply_changes

    allowed = ApplyOptions(
        allow_dirty=allow_dirty,
        allow_no_vcs=allow_no_vcs,
        commit=commit,
        branch=branch,
        message=message,
        trailer=trailer,
    )
    steps = [_commit_step(session, step) for step in made.steps]
    return apply_changes(session.root, made.settled.changes, steps, allowed)


def _result(session: Session, made: Made, proof: Proof | None, applied: Applied | None) -> Result:
    settled = made.settled
    return Result(
        findings=tuple(settled.applied),
        changes=tuple(settled.changes),
        problems=(*settled.problems, *(proof.problems if proof else ())),
        left=tuple(one for one in settled.remaining.findings if one.fix and session.asks_for(one)),
        applied=applied,
        proof=proof,
    )


def _commit_step(session: Session, step: Step) -> CommitStep:
    from lever_fix.apply.model import CommitStep

    return CommitStep(
        codemod=step.codemod,
        summary=_summary(session, step.codemod),
        counts=dict(Counter(finding.safety for finding in step.findings)),
        changes=step.changes,
    )


def _summary(session: Session, name: str) -> str:
    if name == UNUSED:
        return UNUSED_SUMMARY
    known = session.codemods.get(name)  # a plan may come from somebody with more codemods
    return known.summary if known else name
