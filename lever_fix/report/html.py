"""`check --format html`: one page that shows every finding, with what it would become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lever_fix.model import Finding, Plan, Safety
from lever_fix.report.excerpt import excerpt
from lever_fix.report.page import (
    change,
    chip,
    folded,
    lines,
    page,
    section,
    shown_text,
    table,
    totals,
    words,
)
from lever_fix.report.paths import Shown, as_is
from lever_fix.report.text import counted
from lever_fix.sources import SourceFile


def render_html(plan: Plan, sources: Callable[[str], SourceFile], *, shown: Shown = as_is) -> bytes:
    """`check --format html`: what was found, by file, each with what it would become."""
    files = counted(plan.checked, "file")
    levels = Counter(finding.safety for finding in plan.findings)
    numbers = [(len(plan.findings), "findings"), *((levels[one], one.value) for one in Safety)]
    body = [totals(numbers), section("By codemod", _by_codemod(plan)), section("Findings")]
    for path, findings in plan.by_path():
        source = sources(path)
        inside = "".join(_finding(source, finding) for finding in findings)
        body.append(folded(shown(path), counted(len(findings), "finding"), inside))
    if plan.problems:
        rows = [(shown(one.path), one.line, one.message) for one in plan.problems]
        body.insert(1, section("Errors", table(("file", "line", "what"), rows)))
    return page("lever-fix", f"{files} looked at", body)


def _by_codemod(plan: Plan) -> str:
    groups: dict[str, list[Finding]] = {}
    for finding in plan.findings:
        groups.setdefault(finding.codemod, []).append(finding)
    rows = [
        (words(name), len(found), len({finding.path for finding in found}))
        for name, found in sorted(groups.items())
    ]
    return table(("codemod", "findings", "files"), rows) if rows else ""


def _finding(source: SourceFile, finding: Finding) -> str:
    line, column = source.position(finding.span.start)
    reasons = "".join(f"<li>{shown_text(reason)}</li>" for reason in finding.reasons)
    before, after = excerpt(source, finding)
    code = change(before, after) if finding.fix else lines(before)
    return (
        f"<p>{line}:{column} <b>{shown_text(finding.codemod)}</b>{chip(finding.safety.value)} "
        f"{shown_text(finding.message)}</p>"
        f"{f'<ul class=reasons>{reasons}</ul>' if reasons else ''}{code}"
    )
