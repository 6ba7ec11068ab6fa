"""`lever-fix check`: report findings, write nothing."""

from __future__ import annotations

import enum
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lever_fix import baseline as baselines
from lever_fix.api import Plan, Project
from lever_fix.cli import options
from lever_fix.cli.console import Voice, write_output
from lever_fix.errors import ExitCode
from lever_fix.model import Finding, Safety
from lever_fix.model import Plan as PlanValue
from lever_fix.report.paths import Shown, relative_to
from lever_fix.report.style import PLAIN, Palette, palette_for, wants_colour
from lever_fix.report.text import (
    ANYWHERE,
    counted,
    note_findings,
    render_findings,
    render_refusals,
    summary,
)
from lever_fix.report.visible import visible
from lever_fix.workflow import Session


class Format(enum.StrEnum):
    """What `check` can write."""

    TEXT = "text"
    JSON = "json"
    PLAN = "plan"
    SARIF = "sarif"
    GITHUB = "github"
    HTML = "html"


def check(
    paths: options.Paths = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    unsafe: options.Unsafe = False,
    target_version: options.Target = "",
    since: options.Since = "",
    plan: options.PlanFile = None,
    codemod: options.Codemods = None,
    baseline: options.Baseline = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", help="Record all findings as known.", metavar="FILE"),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to report.")] = Format.TEXT,
    output: options.Output = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings and refusals instead.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 whatever was found.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for findings without a fix, too.")
    ] = False,
    stdin_filename: Annotated[
        str, typer.Option("--stdin-filename", help="Name of what `-` reads.", metavar="PATH")
    ] = "",
    jobs: options.Jobs = 0,
    no_cache: options.NoCache = False,
    config: options.Config = None,
    isolated: options.Isolated = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Report findings, write nothing."""
    voice = Voice(verbose - quiet)
    shared = options.Shared(
        paths, select, ignore, target_version, since, codemod, jobs, no_cache, config, isolated,
        stdin_filename,
    )  # fmt: skip
    plain = output is not None or not wants_colour(sys.stdout)
    noted = plain and format_ is Format.TEXT and not statistics
    request = replace(options.request(shared), note=note_findings if noted else None)
    project = Project.of(request)
    # What a new baseline records must not depend on what an old one hides.
    found = project.plan(
        unsafe=unsafe, baseline=baseline, use_baseline=write_baseline is None, file=plan
    )
    _mention_interrupted(found, voice)
    voice.notes(found)
    shown = relative_to(found.root, Path.cwd())
    if write_baseline is not None:
        write_output(baselines.encode_baseline(found.findings), write_baseline)
        voice.problems(found.problems, shown)
        count = counted(len(found), "finding")
        voice.say(f"{write_baseline}: {count} recorded as known.")
        raise typer.Exit(ExitCode.ERROR if found.problems else ExitCode.OK)
    code = _exit_code(found.value, exit_zero=exit_zero, strict=strict)
    if format_ is Format.TEXT:
        text = _text(found, shown, statistics, verbose, to_file=output is not None)
        write_output(text, output)
        voice.problems(found.problems, shown)
        voice.say(summary(found.value, unsafe=unsafe))
    else:
        write_output(_machine(found, format_, shown, code), output)
        voice.problems(found.problems, shown)
    raise typer.Exit(code)


def _mention_interrupted(plan: Plan, voice: Voice) -> None:
    """Say so where an apply was cut short: some files may be rewritten, and others not."""
    run = plan.interrupted()
    if run is not None:
        voice.say(
            f"note: the run {run.id} was interrupted while it wrote; "
            f"take it back with `lever-fix undo {run.id}`."
        )


def _exit_code(plan: PlanValue, *, exit_zero: bool, strict: bool) -> ExitCode:
    if plan.problems:
        return ExitCode.ERROR
    counted = any(strict or finding.safety > Safety.DISPLAY for finding in plan.findings)
    return ExitCode.FINDINGS if counted and not exit_zero else ExitCode.OK


def _text(plan: Plan, shown: Shown, statistics: bool, verbose: bool, *, to_file: bool) -> str:
    if statistics:
        from lever_fix.report.statistics import render_statistics

        return render_statistics(plan.value, colour=not to_file and wants_colour(sys.stdout))
    palette = PLAIN if to_file else palette_for(sys.stdout)
    text = "\n".join(
        _file_text(plan.session, path, findings, palette, shown)
        for path, findings in plan.value.by_path()
    )
    if verbose:
        text += render_refusals(plan.refusals, plan.session.source, palette=palette, shown=shown)
    return text


def _file_text(
    session: Session, path: str, findings: list[Finding], palette: Palette, shown: Shown
) -> str:
    """The findings of one file: as they were noted where they were found, if they still are."""
    noted = session.run.note(path, findings) if palette is PLAIN else b""
    if noted:
        return noted.decode().replace(ANYWHERE, visible(shown(path)))
    part = PlanValue(findings=tuple(findings))
    return render_findings(part, session.source, palette=palette, shown=shown)


def _machine(found: Plan, kind: Format, shown: Shown, code: ExitCode) -> bytes:
    session, plan = found.session, found.value
    if kind is Format.PLAN:
        from lever_fix.report.plan import encode_plan

        return encode_plan(plan)
    if kind is Format.JSON:
        from lever_fix.report.json import render_json

        return render_json(plan, session.source, shown=shown)
    if kind is Format.SARIF:
        from lever_fix.report.sarif import render_sarif

        codemods = [session.codemods[name] for name in session.chosen]
        return render_sarif(
            plan, session.source, codemods, exit_code=int(code), base=Path.cwd(), shown=shown
        )
    if kind is Format.HTML:
        from lever_fix.report.html import render_html

        return render_html(plan, session.source, shown=shown)
    from lever_fix.report.github import render_github

    return render_github(plan, session.source, shown=shown).encode()
