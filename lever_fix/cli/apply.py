"""`lever-fix apply`: make the accepted findings, through git."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.cli.plans import plan_for
from lever_fix.engine.settle import Settled
from lever_fix.errors import ApplyError, ExitCode, UsageError
from lever_fix.model import Finding, Plan, Safety
from lever_fix.report.diff import render_diff
from lever_fix.report.paths import relative_to
from lever_fix.report.statistics import render_summary
from lever_fix.report.style import palette_for, wants_colour
from lever_fix.report.text import counted
from lever_fix.suppress import UNUSED, UNUSED_SUMMARY
from lever_fix.workflow import (
    Session,
    Step,
    make,
    make_in_steps,
    make_planned,
    make_planned_in_steps,
    opened,
)


def apply(
    paths: options.Paths = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    unsafe: options.Unsafe = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the diff and a summary; write nothing.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if anything changes.")
    ] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Also change files with uncommitted changes.")
    ] = False,
    allow_no_vcs: Annotated[
        bool, typer.Option("--allow-no-vcs", help="Also change files outside git.")
    ] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Make one commit per codemod.")] = False,
    branch: Annotated[
        str,
        typer.Option("--branch", help="Make the commits on a new branch.", metavar="NAME"),
    ] = "",
    patch: Annotated[
        Path | None,
        typer.Option("--patch", help="Write a patch; touch nothing else.", metavar="FILE"),
    ] = None,
    target_version: options.Target = "",
    since: options.Since = "",
    plan: options.PlanFile = None,
    codemod: options.Codemods = None,
    baseline: options.Baseline = None,
    jobs: options.Jobs = 0,
    no_cache: options.NoCache = False,
    config: options.Config = None,
    isolated: options.Isolated = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Apply the safe findings; the unsafe ones too with --unsafe."""
    voice = Voice(verbose - quiet)
    shared = options.Shared(
        paths, select, ignore, target_version, since, codemod, jobs, no_cache, config, isolated
    )
    _refuse_contradictions(dry_run, patch, commit, branch)
    steps: Sequence[Step] = ()
    request = options.request(shared)
    if plan is None and baseline is None and not (commit or branch):
        request = replace(request, makes=Safety.UNSAFE if unsafe else Safety.SAFE)
    with opened(request) as session:
        if not dry_run:
            _refuse_interrupted(session)
        found = plan_for(session, plan, baseline, voice)
        if commit or branch:
            in_steps = make_in_steps if plan is None else make_planned_in_steps
            settled, steps = in_steps(session, found, unsafe=unsafe)
        else:
            at_once = make if plan is None else make_planned
            settled = at_once(session, found, unsafe=unsafe)
        if dry_run:
            _show(session, settled, voice)
        elif patch is not None:
            _write_patch(patch, settled, voice)
        else:
            write(session, settled, steps, voice, allow_dirty, allow_no_vcs, commit, branch)
        _close(session, found, settled, voice)
    if settled.problems or found.problems:
        raise typer.Exit(ExitCode.ERROR)
    raise typer.Exit(ExitCode.FINDINGS if exit_code and settled.changes else ExitCode.OK)


def _refuse_contradictions(dry_run: bool, patch: Path | None, commit: bool, branch: str) -> None:
    committing = "--branch" if branch else "--commit" if commit else ""
    if patch is not None and (committing or dry_run):
        raise UsageError(
            f"--patch touches nothing but its file; {committing or '--dry-run'} has no part in it",
            "leave one of them out",
        )


def _refuse_interrupted(session: Session) -> None:
    """An apply that was cut short is mended before another one starts."""
    from lever_fix.apply.journal import interrupted_run

    run = interrupted_run(session.root)
    if run is not None:
        raise ApplyError(
            f"the run {run.id} was interrupted while it wrote",
            f"take it back first: lever-fix undo {run.id}",
        )


def _show(session: Session, settled: Settled, voice: Voice) -> None:
    colour = wants_colour(sys.stdout)
    shown = relative_to(session.root, Path.cwd())
    sys.stdout.write(render_diff(settled.changes, palette=palette_for(sys.stdout), shown=shown))
    sys.stdout.write(render_summary(settled.applied, colour=colour))
    sys.stdout.flush()
    count = counted(len(settled.applied), "finding")
    files = counted(len(settled.changes), "file")
    voice.say(f"Would apply {count} in {files}; nothing was written.")


def _write_patch(patch: Path, settled: Settled, voice: Voice) -> None:
    from lever_fix.apply.patch import write_patch

    write_patch(patch, settled.changes)
    if settled.changes:
        voice.say(f"{patch}: {counted(len(settled.changes), 'file')}; apply it with `git apply`.")
    else:
        voice.say(f"Nothing to apply; {patch} is empty.")


def write(
    session: Session,
    settled: Settled,
    steps: Sequence[Step],
    voice: Voice,
    allow_dirty: bool,
    allow_no_vcs: bool,
    commit: bool,
    branch: str,
) -> None:
    """Write what was settled to the user's files, and say what was done."""
    if not settled.changes:
        voice.say("Nothing to apply.")
        return
    from lever_fix.apply.model import ApplyOptions, CommitStep
    from lever_fix.apply.transaction import apply_changes

    commits = [
        CommitStep(
            codemod=step.codemod,
            summary=_summary(session, step.codemod),
            counts=dict(Counter(finding.safety for finding in step.findings)),
            changes=step.changes,
        )
        for step in steps
    ]
    allowed = ApplyOptions(
        allow_dirty=allow_dirty, allow_no_vcs=allow_no_vcs, commit=commit, branch=branch
    )
    applied = apply_changes(session.root, settled.changes, commits, allowed)
    where = f" in {counted(len(applied.commits), 'commit')}" if applied.commits else ""
    where += f" on {applied.branch}" if applied.branch else ""
    voice.say(
        f"Applied {counted(len(settled.applied), 'finding')} in "
        f"{counted(len(applied.paths), 'file')}{where}; take it back with `lever-fix undo`."
    )


def _summary(session: Session, name: str) -> str:
    if name == UNUSED:
        return UNUSED_SUMMARY
    known = session.codemods.get(name)  # a plan may come from somebody with more codemods
    return known.summary if known else name


def _close(session: Session, plan: Plan, settled: Settled, voice: Voice) -> None:
    """What is left, and what went wrong."""
    sys.stdout.flush()
    shown = relative_to(session.root, Path.cwd())
    voice.problems(dict.fromkeys((*plan.problems, *settled.problems)), shown)
    fixable = [one for one in settled.remaining.findings if one.fix and session.asks_for(one)]
    if left := _left(fixable):
        voice.say(left)


def _left(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    levels = Counter(finding.safety.value for finding in findings)
    split = ", ".join(f"{count:,} {level}" for level, count in sorted(levels.items()))
    return f"{counted(len(findings), 'finding')} left ({split}); see `lever-fix check`."
