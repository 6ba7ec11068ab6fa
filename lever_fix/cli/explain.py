"""`lever-fix explain`: a codemod with its examples, or why a place was or was not rewritten."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from lever_fix.api import Project
from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.cli.listing import known_codemods
from lever_fix.codemod import Case, Codemod
from lever_fix.errors import ExitCode, UsageError, did_you_mean
from lever_fix.model import Plan, Span
from lever_fix.report.paths import Shown, relative_to
from lever_fix.report.style import palette_for
from lever_fix.report.text import counted, render_findings, render_refusals
from lever_fix.report.visible import visible
from lever_fix.suppress import UNUSED, UNUSED_DOC, UNUSED_SUMMARY, Suppressed
from lever_fix.workflow import Session

_PLACE = re.compile(r"(.+?):(\d+)(?::\d+)?")


def explain(
    what: Annotated[
        str, typer.Argument(help="A codemod's id, or PATH:LINE.", metavar="ID|PATH:LINE")
    ],
    select: options.Select = None,
    codemod: options.Codemods = None,
    target_version: options.Target = "",
    config: options.Config = None,
    isolated: options.Isolated = False,
) -> None:
    """Explain a codemod, or why a place was or was not rewritten."""
    place = _PLACE.fullmatch(what)
    if place is None:
        sys.stdout.write(described(what, known_codemods(codemod or (), isolated)))
        return
    path, line = place.group(1), int(place.group(2))
    if Path(path).is_dir():
        raise UsageError(f"{path}: a directory, not a file", "name a file in it: PATH:LINE")
    shared = options.Shared(
        [path], select, None, target_version, "", codemod, 1, True, config, isolated
    )
    plan = Project.of(options.request(shared)).plan(use_baseline=False)
    Voice().problems(plan.problems, relative_to(plan.root, Path.cwd()))
    if not plan.problems:
        sys.stdout.write(_at_line(plan.session, plan.value, line))
    raise typer.Exit(ExitCode.ERROR if plan.problems else ExitCode.OK)


def described(name: str, known: Mapping[str, Codemod]) -> str:
    """What a name stands for: its codemod's documentation.

    Raises:
        UsageError: No codemod is called so.
    """
    if name == UNUSED:
        return f"{UNUSED}: {UNUSED_SUMMARY}\n\n{UNUSED_DOC}\n"
    if name not in known:
        hint = did_you_mean(name, [*known, UNUSED]) or "`lever-fix list` names them all"
        raise UsageError(f"no codemod is called '{name}', and it is no PATH:LINE", hint)
    return visible(describe(known[name]), keep="\n")


def describe(codemod: Codemod) -> str:
    """A codemod's documentation: what, why, fix safety, and its cases."""
    parts = [f"{codemod.id}: {codemod.summary}\n\n{codemod.doc}\n"]
    parts += [_case(case) for case in codemod.cases]
    return "\n".join(parts)


def _case(case: Case) -> str:
    def indented(text: str, mark: str) -> str:
        return textwrap.indent(text, mark, lambda line: True)

    target = f" (target {case.target})" if case.target else ""
    if case.after is None:
        return f"Left alone{target}: {case.why}\n\n{indented(case.before, '    ')}"
    why = f": {case.why}" if case.why else ""
    head = f"{case.safety.value.capitalize()}{target}{why}"
    return f"{head}\n\n{indented(case.before, '  - ')}{indented(case.after, '  + ')}"


def _at_line(session: Session, plan: Plan, line: int) -> str:
    (path,) = session.run.groups
    source = session.source(path)
    lines = len(source.line_starts) - (source.line_starts[-1] == len(source.text))
    if not 1 <= line <= max(lines, 1):
        shown = relative_to(session.root, Path.cwd())
        raise UsageError(
            f"{shown(path)}:{line}: the file has {counted(lines, 'line')}", "lines count from 1"
        )

    def here(span: Span) -> bool:
        first, last = source.position(span.start)[0], source.position(span.end)[0]
        return first <= line <= last

    findings = tuple(one for one in plan.findings if here(one.span))
    refusals = [one for one in plan.refusals if here(one.span)]
    palette, shown = palette_for(sys.stdout), relative_to(session.root, Path.cwd())
    text = render_findings(Plan(findings=findings), session.source, palette=palette, shown=shown)
    text += "".join(f"  {visible(line)}\n" for one in findings for line in one.detail)
    text += render_refusals(refusals, session.source, palette=palette, shown=shown)
    blocked = [one for one in session.run.suppressed if here(one.finding.span)]
    text += "".join(_suppressed(one, session, shown) for one in blocked)
    if text:
        return text
    names = ", ".join(session.chosen) or "none"
    return (
        f"{shown(path)}:{line}: no codemod found anything to rewrite or to refuse here.\n"
        f"Codemods that looked: {names}.\n"
    )


def _suppressed(one: Suppressed, session: Session, shown: Shown) -> str:
    """A finding that a comment blocks, and where the comment stands."""
    finding = one.finding
    line, column = session.source(finding.path).position(finding.span.start)
    path, span = one.used[0]
    where = f"{shown(path)}:{session.source(path).position(span.start)[0]}"
    why = f": {one.reason}" if one.reason else ""
    return visible(
        f"{shown(finding.path)}:{line}:{column}: {finding.codemod} "
        f"[suppressed by the comment in {where}{why}] {finding.message}\n",
        keep="\n",
    )
