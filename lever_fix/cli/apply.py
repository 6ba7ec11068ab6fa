"""`lever-fix apply`: make the accepted findings, through git."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lever_fix.api import Plan, Project, Result
from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.errors import ExitCode, UsageError
from lever_fix.model import Finding, Safety
from lever_fix.report.diff import render_diff
from lever_fix.report.paths import relative_to
from lever_fix.report.statistics import render_summary
from lever_fix.report.style import palette_for, wants_colour
from lever_fix.report.text import counted
from lever_fix.report.visible import visible
from lever_fix.verify.model import Proof, Say, Verification


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
    allow_dirty: options.AllowDirty = False,
    allow_no_vcs: options.AllowNoVcs = False,
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
    decisions: Annotated[
        Path | None,
        typer.Option("--decisions", help="Make what was accepted in a review.", metavar="FILE"),
    ] = None,
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
    verbose: options.Verbose = False,
) -> None:
    """Apply the safe findings; the unsafe ones too with --unsafe."""
    voice = Voice(verbose - quiet)
    shared = options.Shared(
        paths, select, ignore, target_version, since, codemod, jobs, no_cache, config, isolated
    )
    _refuse_contradictions(dry_run, patch, commit, branch)
    request = options.request(shared)
    if plan is None and baseline is None and not (commit or branch):
        request = replace(request, makes=Safety.UNSAFE if unsafe else Safety.SAFE)
    project = Project.of(request)
    found = project.plan(unsafe=unsafe, baseline=baseline, file=plan)
    voice.notes(found)
    if decisions is not None:
        found = _decided(found, decisions, voice)
    verification = Verification(verify, verify_timeout, verify_baseline_fails)
    result = project.apply(
        found,
        dry_run=dry_run or patch is not None,
        commit="per-codemod" if commit else "",
        branch=branch,
        verify=verification if verify else "",
        allow_dirty=allow_dirty,
        allow_no_vcs=allow_no_vcs,
        say=voice.say,
    )
    if dry_run:
        _show(found, result, voice)
    elif patch is not None:
        _write_patch(patch, result, voice)
    else:
        say_applied(result, voice)
    _close(found, result, voice)
    if result.problems or found.problems:
        raise typer.Exit(ExitCode.ERROR)
    raise typer.Exit(ExitCode.FINDINGS if exit_code and result.changes else ExitCode.OK)


def _decided(plan: Plan, file: Path, voice: Voice) -> Plan:
    """Exactly what a decisions file says; tells which of it is about nothing any more."""
    from lever_fix.deciding import replayed

    part, matched = replayed(plan.session, plan.value, file)
    shown = relative_to(plan.root, Path.cwd())
    for what, those in (
        ("its code or its fix is another one now", matched.outdated),
        ("matches nothing any more", matched.stale),
    ):
        for one in those:
            said = f"the {one.verdict.value} of {one.codemod} in {shown(one.path)}"
            voice.say(visible(f"{file}: {said}: {what}"))
    return replace(plan, value=part, unsafe=True, once=True)


def _refuse_contradictions(dry_run: bool, patch: Path | None, commit: bool, branch: str) -> None:
    committing = "--branch" if branch else "--commit" if commit else ""
    if patch is not None and (committing or dry_run):
        raise UsageError(
            f"--patch touches nothing but its file; {committing or '--dry-run'} has no part in it",
            "leave one of them out",
        )


def _show(plan: Plan, result: Result, voice: Voice) -> None:
    colour = wants_colour(sys.stdout)
    shown = relative_to(plan.root, Path.cwd())
    sys.stdout.write(render_diff(result.changes, palette=palette_for(sys.stdout), shown=shown))
    sys.stdout.write(render_summary(result.findings, colour=colour))
    sys.stdout.flush()
    count = counted(len(result.findings), "finding")
    files = counted(len(result.changes), "file")
    voice.say(f"Would apply {count} in {files}; nothing was written.")


def _write_patch(patch: Path, result: Result, voice: Voice) -> None:
    from lever_fix.apply.patch import write_patch

    write_patch(patch, result.changes)
    if result.changes:
        voice.say(f"{patch}: {counted(len(result.changes), 'file')}; apply it with `git apply`.")
    else:
        voice.say(f"Nothing to apply; {patch} is empty.")


def say_applied(result: Result, voice: Voice) -> None:
    """Say what was written."""
    if result.applied is None:
        voice.say("Nothing to apply.")
        return
    where = f" in {counted(len(result.commits), 'commit')}" if result.commits else ""
    where += f" on {result.branch}" if result.branch else ""
    voice.say(
        f"Applied {counted(len(result.findings), 'finding')} in "
        f"{counted(len(result.applied.paths), 'file')}{where}; "
        "take it back with `lever-fix undo`."
    )


def _close(plan: Plan, result: Result, voice: Voice) -> None:
    """What was left out, what went wrong, and what is left."""
    sys.stdout.flush()
    if result.proof is not None:
        say_proof(result.proof, voice.say)
    shown = relative_to(plan.root, Path.cwd())
    voice.problems(dict.fromkeys((*plan.problems, *result.problems)), shown)
    if left := _left(result.left):
        voice.say(left)


def say_proof(proof: Proof, say: Say) -> None:
    """Say what a verification saw beside its runs."""
    for warning in proof.warnings:
        say(f"warning: {warning}")
    for group in proof.guilty:
        names = " and ".join(dict.fromkeys(one.codemod for one in group.findings))
        last = visible(group.outcome.last_lines, keep="\n\t")
        say(f"verify: what the command said of {names}:\n{textwrap.indent(last, '  | ')}")


def _left(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    levels = Counter(finding.safety.value for finding in findings)
    split = ", ".join(f"{count:,} {level}" for level, count in sorted(levels.items()))
    return f"{counted(len(findings), 'finding')} left ({split}); see `lever-fix check`."
