"""The fix that a decision leads to: as offered, as edited by hand, or a comment that says no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec

from lever_fix.decisions import replaced_lines
from lever_fix.engine.conflicts import without_orphans
from lever_fix.errors import SourceError
from lever_fix.model import Decision, Edit, Finding, Fix, Needs, Plan, Safety, Verdict
from lever_fix.report.visible import visible
from lever_fix.rewrite.splices import splice
from lever_fix.semantics.lexical import lex
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile

_NAME = re.compile(r"[^\W\d]\w*")

Sources = Callable[[str], SourceFile]
"""Gives the source file of a path, as it was analysed."""


def decided(plan: Plan, decisions: Mapping[str, Decision], source: Sources) -> Plan:
    """The plan of exactly what was decided on: accepted fixes, and comments that were asked for.

    Its findings keep their fingerprints. Findings that need one that was not accepted are left.

    Args:
        plan: What was found.
        decisions: What holds for it, by fingerprint.
        source: The files, as the plan knows them.
    """
    accepted = _with(plan, decisions, Verdict.ACCEPT)
    kept = {one.fingerprint for one in without_orphans(accepted, plan.findings)}
    kept |= {one.fingerprint for one in _with(plan, decisions, Verdict.SUPPRESS)}
    made = tuple(
        with_decision(one, decisions[one.fingerprint], source)
        for one in plan.findings
        if one.fingerprint in kept
    )
    return msgspec.structs.replace(plan, findings=made)


def _with(plan: Plan, decisions: Mapping[str, Decision], verdict: Verdict) -> list[Finding]:
    return [
        one
        for one in plan.findings
        if (decision := decisions.get(one.fingerprint)) and decision.verdict is verdict
    ]


def with_decision(finding: Finding, decision: Decision | None, source: Sources) -> Finding:
    """The finding with the fix that a decision about it leads to."""
    if decision is not None and decision.verdict is Verdict.SUPPRESS:
        return suppressed(finding, source(finding.path), decision.reason)
    if decision is not None and decision.edited:
        return edited(finding, source(finding.path), decision.edited)
    return finding


def offered_lines(finding: Finding, source: SourceFile) -> str:
    """The lines that a fix changes in the finding's own file, as they would be: what one edits."""
    span = replaced_lines(finding, source)
    own = [one for one in _edits(finding) if one.path == finding.path]
    moved = [Edit(one.path, one.start - span.start, one.end - span.start, one.text) for one in own]
    return splice(source.text[span.start : span.end], moved).decode("utf-8")


def edited(finding: Finding, source: SourceFile, text: str) -> Finding:
    """The finding with other lines in place of those it offers; its other files as offered.

    What a person writes, they mean: its comments and names need no leave.
    """
    span = replaced_lines(finding, source)
    old = source.text[span.start : span.end]
    if not text.endswith(("\n", "\r")) and source.view[span.start : span.end].endswith(b"\n"):
        text += source.newline
    new = text.encode("utf-8")
    before, after = _comments(old), _comments(new)
    own = Needs(
        finding.path,
        comments_added=tuple((after - before).elements()),
        comments_dropped=tuple((before - after).elements()),
        names_bound=tuple(sorted(_names(old) ^ _names(new))),
    )
    edits = (
        Edit(finding.path, span.start, span.end, text),
        *(one for one in _edits(finding) if one.path != finding.path),
    )
    needs = [
        _still_needed(one, _names(new)) if one.path == finding.path else one
        for one in (finding.fix.needs if finding.fix else ())
    ]
    return msgspec.structs.replace(finding, fix=Fix(edits, (*needs, own)))


def _still_needed(needs: Needs, names: set[str]) -> Needs:
    """Less what only the offered text would have used, or the person has seen to."""
    definitions = tuple(one for one in needs.definitions if one.name in names)
    imports = tuple(one for one in needs.imports if one.bound in names)
    return msgspec.structs.replace(
        needs, imports=imports, definitions=definitions, comments_added=(), comments_dropped=()
    )


def suppressed(finding: Finding, source: SourceFile, reason: str) -> Finding:
    """The finding with a comment above its statement as its fix: nothing else changes."""
    module = Module(source)
    start, _ = module.lexed.statement_at(finding.span.start)
    line = source.view.rfind(b"\n", 0, start) + 1
    indent = source.text[line:start].decode("utf-8")
    comment = f"# lever: ignore[{finding.codemod}] {one_line(reason)}".rstrip()
    edit = Edit(finding.path, line, line, f"{indent}{comment}{source.newline}")
    fix = Fix((edit,), (Needs(finding.path, comments_added=(comment,)),))
    return msgspec.structs.replace(
        finding, fix=fix, safety=Safety.SAFE, reasons=(), reads=(), writes=(), depends_on=()
    )


def one_line(text: str) -> str:
    """A text as part of a comment: one line, nothing invisible."""
    return visible(" ".join(text.split()))


def complaint(finding: Finding, source: SourceFile, line_length: int = 88) -> str:
    """Why a finding's fix cannot be made in its own file; empty where it can."""
    return next(_complaints(finding, source, line_length), "")


def _complaints(finding: Finding, source: SourceFile, line_length: int) -> Iterator[str]:
    # What makes files takes 25 ms to load, and only who edits by hand or writes waits for it.
    from lever_fix.rewrite.compose import compose
    from lever_fix.rewrite.verify import complaints

    try:
        composed = compose(source, [finding], line_length)
        yield from (one.message for one in composed.problems)
        yield from complaints(source, composed.text, [finding])
    except (SourceError, ValueError) as error:
        yield str(error)


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix else ()


def _comments(text: bytes) -> Counter[str]:
    view = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Counter(view[start:end].decode("utf-8", "replace") for start, end in lex(view).comments)


def _names(text: bytes) -> set[str]:
    """The names in a piece of code, its comments aside."""
    for comment in _comments(text):
        text = text.replace(comment.encode(), b"")
    return set(_NAME.findall(text.decode("utf-8", "replace")))
