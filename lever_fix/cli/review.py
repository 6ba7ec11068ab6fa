"""`lever-fix review`: decide finding by finding, then write what was accepted."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lever_fix.api import Project
from lever_fix.api.files import baseline_file, without_known
from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.errors import ApplyError, ExitCode, UsageError
from lever_fix.model import Plan, Verdict
from lever_fix.report.paths import relative_to
from lever_fix.report.style import palette_for
from lever_fix.report.text import counted
from lever_fix.workflow import Session, open_session

if TYPE_CHECKING:
    from lever_fix.deciding import Maker
    from lever_fix.engine.settle import Settled
    from lever_fix.making import Made
    from lever_fix.review.app import Analysis
    from lever_fix.review.desk import Review, Watch


def review(
    paths: options.Paths = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line; also through a pipe.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also show what was rejected before.")
    ] = False,
    decisions: options.Decisions = None,
    allow_dirty: options.AllowDirty = False,
    allow_no_vcs: options.AllowNoVcs = False,
    target_version: options.Target = "",
    since: options.Since = "",
    plan: options.PlanFile = None,
    codemod: options.Codemods = None,
    baseline: options.Baseline = None,
    verify: options.Verify = "",
    verify_timeout: options.VerifyTimeout = 0,
    verify_baseline_fails: options.VerifyBaselineFails = False,
    jobs: options.Jobs = 0,
    no_cache: options.NoCache = False,
    config: options.Config = None,
    isolated: options.Isolated = False,
    quiet: options.Quiet = False,
) -> None:
    """Review findings one by one; every answer is kept."""
    # What is loaded and shown first stays: looking for garbage in it takes a tenth of the time.
    gc.disable()
    voice = Voice(-1 if quiet else 0)
    if not plain:
        refuse_without_terminal()
    shared = options.Shared(
        paths, select, ignore, target_version, since, codemod, jobs, no_cache, config, isolated
    )
    from lever_fix.apply.model import ApplyOptions
    from lever_fix.cli.explain import described
    from lever_fix.deciding import decisions_file, desk_for, is_long
    from lever_fix.review.desk import Review

    request = options.request(shared)
    analysis: Analysis | None = None
    if plain or plan is not None:
        planned = Project.of(request).plan(baseline=baseline, file=plan)
        session, found = planned.session, planned.value
        voice.notes(planned)
    else:
        session, found = open_session(request), Plan()
        analysis = partial(_analysed, session, baseline)
        if not is_long(session):
            found, analysis = analysis(_nobody), None
    _refuse_interrupted(session)
    shown = relative_to(session.root, Path.cwd())
    desk = desk_for(
        session,
        decisions_file(session, decisions),
        ApplyOptions(allow_dirty=allow_dirty, allow_no_vcs=allow_no_vcs),
        shown,
        lambda name: described(name, session.codemods),
        _proven(verify, verify_timeout, verify_baseline_fails, voice.say if plain else None),
    )
    at_work = Review(desk, found, everything=everything)
    if at_work.outdated:
        asked = counted(len(at_work.outdated), "decision")
        voice.say(f"{asked} about code or fixes that are others now: asked again.")
    if at_work.session.view.order or analysis is not None:
        try:
            run_review(at_work, plain, analysis)
        finally:
            session.close()
    voice.say(_left(at_work) if at_work.session.view.order else _nothing(at_work))
    problems = dict.fromkeys((*at_work.first.problems, *at_work.problems))
    voice.problems(problems, shown)
    raise typer.Exit(ExitCode.ERROR if problems else ExitCode.OK)


def _analysed(session: Session, baseline: Path | None, hear: Callable[[Plan, float], None]) -> Plan:
    """The plan of a session, without what the baseline knows; tells what it has so far."""
    from lever_fix.deciding import heard_plan

    value = heard_plan(session, hear)
    known = baseline_file(session, baseline, configured=True)
    return value if known is None else without_known(session, value, known)[0]


def _nobody(_plan: Plan, _share: float) -> None:
    """Hears, and shows nothing."""


def _refuse_interrupted(session: Session) -> None:
    """An apply that was cut short is mended before anything else is written."""
    from lever_fix.apply.journal import interrupted_run

    run = interrupted_run(session.root)
    if run is not None:
        raise ApplyError(
            f"the run {run.id} was interrupted while it wrote",
            f"take it back first: lever-fix undo {run.id}",
        )


def _proven(
    command: str, timeout: float, baseline_fails: bool, say: Callable[[str], None] | None
) -> Maker:
    """How a review makes what is accepted: where there is a command, only what passes it.

    Args:
        command: The command; empty for none.
        timeout: Seconds until it is ended; 0 for never.
        baseline_fails: Whether it may fail without any change.
        say: Hears what goes on; where nobody does, whoever watches over a write is told after it.
    """
    from lever_fix.deciding import make_exactly

    if not command:
        return make_exactly
    from lever_fix.cli.apply import say_proof
    from lever_fix.making import make
    from lever_fix.verify.model import Verification
    from lever_fix.verify.proof import prove

    def made(session: Session, plan: Plan, watch: Watch) -> Settled:
        def attempt(limit: Mapping[str, int] | None) -> Made:
            return make(session, plan, lambda _: True, once=True, limit=limit)

        copy = session.resolver.for_directory().settings.verify_copy
        wanted = Verification(command, timeout, baseline_fails, copy)
        runs: list[str] = []
        begins = partial(_begins, watch)
        proof = prove(session, attempt, wanted, Path.cwd(), say or runs.append, begins)
        if proof.warnings or proof.guilty or proof.flaky:
            for run in runs:
                watch.say(run)
        say_proof(proof, say or watch.say)
        settled = proof.made.settled
        return replace(settled, problems=[*settled.problems, *proof.problems])

    return made


def _begins(watch: Watch, run: str) -> None:
    watch.hear(f"Verifying: {run}", 0, 0)


def refuse_without_terminal() -> None:
    """Refuse the full screen where there is none.

    Raises:
        UsageError: A standard stream is no terminal.
    """
    # The screen is drawn on standard error, so that even a redirected one is no terminal.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "a review on the full screen needs a terminal",
            "`lever-fix review --plain` asks line by line, also through a pipe",
        )


def run_review(at_work: Review, plain: bool, analysis: Analysis | None = None) -> None:
    """Ask, line by line or on the full screen, until the reviewer leaves."""
    if plain:
        from lever_fix.review.prompt import Prompt

        Prompt(at_work, sys.stdin, sys.stdout, palette_for(sys.stdout)).run()
        sys.stdout.flush()
        return
    from lever_fix.review.app import ReviewApp

    app = ReviewApp(at_work, analysis=analysis)
    app.run()
    if app.failure is not None:
        raise app.failure


def _nothing(at_work: Review) -> str:
    hidden = len(at_work.session.hidden)
    if hidden:
        known = f"{counted(hidden, 'finding')} rejected before"
        return f"Nothing to review: {known}; see them with --all."
    return "Nothing to review: no findings."


def _left(at_work: Review) -> str:
    """The closing words: what is kept, and what to do with it."""
    counts = at_work.session.counts
    parts = [
        f"{counts[Verdict.ACCEPT]:,} accepted",
        f"{counts[Verdict.REJECT]:,} rejected",
        f"{counts[None]:,} undecided",
    ]
    if counts[Verdict.SUPPRESS]:
        parts.insert(2, f"{counts[Verdict.SUPPRESS]:,} to ignore by a comment")
    file = at_work.desk.file.path
    said = f"{', '.join(parts)}."
    if not file.exists():
        return said
    where = relative_to(file.parent.parent, Path.cwd())(f"{file.parent.name}/{file.name}")
    kept = f" Kept in {where}"
    if at_work.unwritten:
        kept += f"; `lever-fix apply --decisions {where}` writes what is accepted"
    return f"{said}{kept}."
