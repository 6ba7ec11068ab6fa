"""`lever-fix explain`: a codemod with its examples, or why a place was or was not rewritten."""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from lever_fix import registry
from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.codemod import Case, Codemod
from lever_fix.errors import UsageError, did_you_mean
from lever_fix.model import Plan, Span
from lever_fix.report.paths import relative_to
from lever_fix.report.style import palette_for
from lever_fix.report.text import render_findings, render_refusals
from lever_fix.workflow import Session, opened

_PLACE = re.compile(r"(.+):(\d+)(?::\d+)?")


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
        known = registry.load(codemod or (), Path.cwd())
        if what not in known:
            hint = did_you_mean(what, known) or "`lever-fix list` names them all"
            raise UsageError(f"no codemod is called '{what}', and it is no PATH:LINE", hint)
        sys.stdout.write(describe(known[what]))
        return
    shared = options.Shared(
        [place.group(1)], select, None, target_version, "", codemod, 1, True, config, isolated
    )
    with opened(options.request(shared)) as session:
        Voice().problems(session.problems, relative_to(session.root, Path.cwd()))
        sys.stdout.write(_at_line(session, session.plan(), int(place.group(2))))


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

    def here(span: Span) -> bool:
        first, last = source.position(span.start)[0], source.position(span.end)[0]
        return first <= line <= last

    findings = tuple(one for one in plan.findings if here(one.span))
    refusals = [one for one in plan.refusals if here(one.span)]
    palette, shown = palette_for(sys.stdout), relative_to(session.root, Path.cwd())
    text = render_findings(Plan(findings=findings), session.source, palette=palette, shown=shown)
    text += render_refusals(refusals, session.source, palette=palette, shown=shown)
    if text:
        return text
    names = ", ".join(session.chosen) or "none"
    return (
        f"{shown(path)}:{line}: no codemod found anything to rewrite or to refuse here.\n"
        f"Codemods that looked: {names}.\n"
    )
