"""`check --format json`: findings by line and column, for editors and scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec

from lever_fix.model import Edit, Finding, Plan, Problem
from lever_fix.report.imports import added, dropped, imported
from lever_fix.report.paths import Shown, as_is
from lever_fix.sources import SourceFile

VERSION = 1
"""Raised whenever a reader of the older form could misread the newer one."""


class _Position(msgspec.Struct):
    """Line and column from 1, the column in characters."""

    line: int
    column: int


class _Edit(msgspec.Struct):
    path: str
    start: _Position
    end: _Position
    text: str


class _Imports(msgspec.Struct):
    add: list[str]
    drop: list[str]


class _Fix(msgspec.Struct):
    edits: list[_Edit]
    imports: _Imports
    packages: list[str]


class _Finding(msgspec.Struct):
    id: str
    codemod: str
    path: str
    start: _Position
    end: _Position
    message: str
    safety: str
    reasons: tuple[str, ...]
    fix: _Fix | None


class _Error(msgspec.Struct):
    path: str
    line: int
    message: str


class _Report(msgspec.Struct):
    version: int
    findings: list[_Finding]
    errors: list[_Error]
    files: int


def render_json(plan: Plan, sources: Callable[[str], SourceFile], *, shown: Shown = as_is) -> bytes:
    """The plan as JSON, sorted by path, position and codemod, with a final newline."""
    bindings = lru_cache(maxsize=None)(lambda path: imported(sources(path)))
    ordered = sorted(plan.findings, key=lambda f: (f.path, f.span.start, f.span.end, f.codemod))
    report = _Report(
        VERSION,
        [_finding(finding, sources, bindings, shown) for finding in ordered],
        sorted(
            (_error(problem, shown) for problem in plan.problems),
            key=lambda error: (error.path, error.line, error.message),
        ),
        plan.checked,
    )
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def _finding(
    finding: Finding,
    sources: Callable[[str], SourceFile],
    bindings: Callable[[str], dict[str, str]],
    shown: Shown,
) -> _Finding:
    source = sources(finding.path)
    fix = None
    if finding.fix:
        edits = sorted(finding.fix.edits, key=lambda edit: (edit.path, edit.start, edit.end))
        fix = _Fix(
            [_edit(edit, sources(edit.path), shown) for edit in edits],
            _Imports(added(finding), dropped(finding, bindings)),
            sorted({package for need in finding.fix.needs for package in need.packages}),
        )
    return _Finding(
        id=finding.fingerprint,
        codemod=finding.codemod,
        path=shown(finding.path),
        start=_Position(*source.position(finding.span.start)),
        end=_Position(*source.position(finding.span.end)),
        message=finding.message,
        safety=finding.safety.value,
        reasons=finding.reasons,
        fix=fix,
    )


def _edit(edit: Edit, source: SourceFile, shown: Shown) -> _Edit:
    return _Edit(
        shown(edit.path),
        _Position(*source.position(edit.start)),
        _Position(*source.position(edit.end)),
        edit.text,
    )


def _error(problem: Problem, shown: Shown) -> _Error:
    return _Error(shown(problem.path), problem.line, problem.message)
