"""SARIF 2.1.0, for code scanning: rules, results with fixes, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from lever_fix import __version__
from lever_fix.model import Edit, Finding, Plan, Problem, Safety, Span
from lever_fix.report.paths import Shown, as_is
from lever_fix.sources import SourceFile
from lever_fix.suppress import UNUSED, UNUSED_DOC, UNUSED_SUMMARY, Suppressed

if TYPE_CHECKING:
    from lever_fix.codemod import Codemod

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVEL = {Safety.SAFE: "error", Safety.UNSAFE: "warning", Safety.DISPLAY: "note"}
_BASE = "%SRCROOT%"

Sources = Callable[[str], SourceFile]
CompleteEdits = Callable[[Finding], Sequence[Edit]]
"""A fix's edits with those that its imports and definitions come down to."""


def render_sarif(
    plan: Plan,
    sources: Sources,
    codemods: Iterable[Codemod],
    *,
    exit_code: int = 0,
    suppressed: Iterable[Suppressed] = (),
    complete: CompleteEdits | None = None,
    base: Path | None = None,
    shown: Shown = as_is,
) -> bytes:
    """The plan as a SARIF log.

    Args:
        plan: What was found.
        sources: The source file of a path.
        codemods: Those that ran; each is a rule.
        exit_code: What the command is about to return.
        suppressed: Findings that a comment blocks, shown as suppressed results.
        complete: All edits of a fix. Without it a fix that also needs an import, a definition or
            a package is left out: its replacements alone would break the file.
        base: The directory that the shown paths are relative to.
        shown: Maps a path to the one to show.
    """
    rules = _rules(codemods, plan)
    number = {rule["id"]: index for index, rule in enumerate(rules)}
    writer = _Writer(sources, complete or _plain_edits, shown)
    blocked = [(one.finding, one.reason) for one in suppressed]
    found: list[tuple[Finding, str | None]] = [(finding, None) for finding in plan.findings]
    results = [
        writer.result(finding, number, reason)
        for finding, reason in sorted([*found, *blocked], key=lambda pair: _order(pair[0]))
    ]
    run = {
        "tool": {"driver": {"name": "lever-fix", "semanticVersion": __version__, "rules": rules}},
        "invocations": [_invocation(plan.problems, exit_code, shown)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if base is not None:
        run["originalUriBaseIds"] = {_BASE: {"uri": base.absolute().as_uri().rstrip("/") + "/"}}
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.span.start, finding.span.end, finding.codemod


def _rules(codemods: Iterable[Codemod], plan: Plan) -> list[dict[str, Any]]:
    """A rule for each codemod, by id, and for every other id that a finding carries."""
    rules = {UNUSED: _rule(UNUSED, UNUSED_SUMMARY, UNUSED_DOC)}
    rules |= {one.id: _rule(one.id, one.summary, one.doc) for one in codemods}
    for finding in plan.findings:
        rules.setdefault(finding.codemod, {"id": finding.codemod})
    return [rule for _, rule in sorted(rules.items())]


def _rule(name: str, summary: str, doc: str) -> dict[str, Any]:
    first = " ".join(doc.partition("\n\n")[0].split())
    return {
        "id": name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": first},
        "help": {"text": doc, "markdown": doc},
    }


def _invocation(problems: Iterable[Problem], exit_code: int, shown: Shown) -> dict[str, Any]:
    ordered = sorted(problems, key=lambda p: (p.path, p.line, p.message))
    return {
        "executionSuccessful": exit_code in (0, 1),
        "exitCode": exit_code,
        "toolExecutionNotifications": [_notification(problem, shown) for problem in ordered],
    }


def _notification(problem: Problem, shown: Shown) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(shown(problem.path))}
    if problem.line:
        place["region"] = {"startLine": problem.line}
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    notification: dict[str, Any] = {
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
    if problem.codemod:
        notification["associatedRule"] = {"id": problem.codemod}
    return notification


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": _BASE}


def _plain_edits(finding: Finding) -> Sequence[Edit]:
    """The edits of a fix, where they are all it takes."""
    if finding.fix is None:
        return ()
    for need in finding.fix.needs:
        if need.imports or need.moved or need.definitions or need.packages:
            return ()
    return finding.fix.edits


class _Writer:
    """Turns findings into results; holds what every one of them needs."""

    def __init__(self, sources: Sources, edits: CompleteEdits, shown: Shown) -> None:
        self._sources, self._edits, self._shown = sources, edits, shown

    def result(
        self, finding: Finding, rules: dict[str, int], suppressed: str | None
    ) -> dict[str, Any]:
        """One result; a text for `suppressed` says that a comment blocks it, and why."""
        level = finding.safety.value
        result: dict[str, Any] = {
            "ruleId": finding.codemod,
            "ruleIndex": rules[finding.codemod],
            "level": _LEVEL[finding.safety],
            "message": {"text": "\n".join((finding.message, *finding.reasons))},
            "locations": [{"physicalLocation": self._location(finding.path, finding.span)}],
            "properties": {"safety": level, "reasons": list(finding.reasons)},
        }
        if finding.fingerprint:
            result["partialFingerprints"] = {"leverFix/v1": finding.fingerprint}
        if suppressed is not None:
            result["suppressions"] = [{"kind": "inSource"}]
            if suppressed:
                result["suppressions"][0]["justification"] = suppressed
        changes = self._changes(self._edits(finding))
        if changes:
            description = {"text": finding.message}
            result["fixes"] = [{"description": description, "artifactChanges": changes}]
        return result

    def _location(self, path: str, span: Span) -> dict[str, Any]:
        return {
            "artifactLocation": _artifact(self._shown(path)),
            "region": self._region(path, span.start, span.end),
        }

    def _region(self, path: str, start: int, end: int) -> dict[str, int]:
        source = self._sources(path)
        (line, column), (end_line, end_column) = source.position(start), source.position(end)
        return {
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        }

    def _changes(self, edits: Iterable[Edit]) -> list[dict[str, Any]]:
        by_path: dict[str, list[dict[str, Any]]] = {}
        for edit in sorted(edits, key=lambda edit: (edit.path, edit.start, edit.end)):
            replacement: dict[str, Any] = {
                "deletedRegion": self._region(edit.path, edit.start, edit.end)
            }
            if edit.text:
                replacement["insertedContent"] = {"text": edit.text}
            by_path.setdefault(edit.path, []).append(replacement)
        return [
            {"artifactLocation": _artifact(self._shown(path)), "replacements": replacements}
            for path, replacements in by_path.items()
        ]
