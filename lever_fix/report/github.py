"""Workflow commands, which GitHub Actions shows as annotations on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Callable

from lever_fix.model import Finding, Plan, Problem, Safety
from lever_fix.report.paths import Shown, as_is
from lever_fix.sources import SourceFile

_COMMAND = {Safety.SAFE: "error", Safety.UNSAFE: "warning", Safety.DISPLAY: "notice"}


def render_github(plan: Plan, sources: Callable[[str], SourceFile], *, shown: Shown = as_is) -> str:
    """One workflow command a line: errors for files, then findings by path and position."""
    problems = sorted(plan.problems, key=lambda p: (p.path, p.line, p.message))
    ordered = sorted(plan.findings, key=lambda f: (f.path, f.span.start, f.span.end, f.codemod))
    rows = [_problem(problem, shown) for problem in problems]
    rows += [_finding(finding, sources(finding.path), shown) for finding in ordered]
    return "".join(f"{row}\n" for row in rows)


def _finding(finding: Finding, source: SourceFile, shown: Shown) -> str:
    line, column = source.position(finding.span.start)
    end_line, end_column = source.position(finding.span.end)
    properties: dict[str, str | int] = {
        "file": shown(finding.path),
        "line": line,
        "endLine": end_line,
    }
    if line == end_line:
        # GitHub shows no columns where the lines differ.
        properties |= {"col": column, "endColumn": end_column}
    properties["title"] = f"lever-fix {finding.codemod} ({finding.safety.value})"
    lines = [finding.message, *(f"{finding.safety.value}: {r}" for r in finding.reasons)]
    return _command(_COMMAND[finding.safety], properties, "\n".join(lines))


def _problem(problem: Problem, shown: Shown) -> str:
    properties: dict[str, str | int] = {"file": shown(problem.path)}
    if problem.line:
        properties["line"] = problem.line
    properties["title"] = "lever-fix"
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return _command("error", properties, message)


def _command(name: str, properties: dict[str, str | int], message: str) -> str:
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
