"""A finding under review as text: for the line prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lever_fix.model import Finding, Safety, Verdict
from lever_fix.report.diff import Part
from lever_fix.report.imports import added, dropped, imported
from lever_fix.report.style import Palette
from lever_fix.report.text import counted
from lever_fix.report.visible import cells, visible, width
from lever_fix.review.catalogue import state_of
from lever_fix.review.desk import Review
from lever_fix.review.hunks import Hunk, Row, side_by_side

_COLUMN = 58
"""Columns of one side, where changes stand side by side."""


def render_finding(
    review: Review, hunks: Sequence[Hunk], palette: Palette, *, beside: bool = False
) -> str:
    """The finding that is looked at: where, what, its change, and what goes with it."""
    session = review.session
    finding = session.current
    assert finding is not None
    line, column = review.desk.source(finding.path).position(finding.span.start)
    bold, reset = palette.bold, palette.reset
    path = visible(review.desk.shown(finding.path))
    head = (
        f"\n{bold}[{session.position + 1:,}/{len(session.view.order):,}]{reset} "
        f"{palette.path}{path}:{line}:{column}{reset}: "
        f"{palette.codemod}{visible(finding.codemod)}{reset} "
        f"{_level(finding.safety, palette)} {visible(finding.message)}"
    )
    rows = [head]
    for hunk in hunks:
        if hunk.path != finding.path:
            rows.append(f"{palette.header}{visible(review.desk.shown(hunk.path))}{reset}")
        rows += _beside(hunk.rows, palette) if beside else _unified(hunk.rows, palette)
    rows += [f"  = {note}" for note in notes(review, session.at)]
    return "".join(f"{row}\n" for row in rows)


def notes(review: Review, at: int) -> Iterator[str]:
    """What there is to know of a finding beside its change."""
    session = review.session
    finding = session.catalogue.findings[at]
    decision = session.decision(at)
    if decision is not None:
        yield _decided(decision.verdict, bool(decision.edited), decision.reason)
    for reason in finding.reasons:
        yield f"{finding.safety.value}: {visible(reason)}"
    for blocker in session.blockers(at):
        yield f"conflicts with {_place(review, blocker)}, which is accepted"
    for need in session.catalogue.needs(at):
        yield f"needs {_place(review, need)}"
    yield from (note for _, note in needs(review, finding))


def needs(review: Review, finding: Finding) -> Iterator[tuple[str, str]]:
    """What a finding's fix changes beside the lines that are shown, each with a mark."""
    fix = finding.fix
    if fix is None:
        yield "?", "nothing to apply: a place to look at"
        return
    elsewhere = [one.path for one in fix.edits if one.path != finding.path]
    for path in sorted(set(elsewhere)):
        places = elsewhere.count(path)
        yield "±", f"also edits {visible(review.desk.shown(path))} ({counted(places, 'place')})"
    for statement in added(finding):
        yield "+", f"adds `{visible(statement)}`"
    for statement in dropped(finding, lambda path: imported(review.desk.source(path))):
        yield "-", f"drops `{visible(statement)}`, if nothing else uses it"
    for need in fix.needs:
        yield from (("+", f"defines `{visible(one.name)}`") for one in need.definitions)
        yield from (("+", f"adds the dependency {visible(one)}") for one in need.packages)


def _decided(verdict: Verdict, edited: bool, reason: str) -> str:
    word = state_of(verdict) + (" as edited by hand" if edited else "")
    return f"{word}: {visible(reason)}" if reason else word


def _place(review: Review, at: int) -> str:
    finding = review.session.catalogue.findings[at]
    line, _ = review.desk.source(finding.path).position(finding.span.start)
    return f"{visible(review.desk.shown(finding.path))}:{line} ({visible(finding.codemod)})"


def _level(safety: Safety, palette: Palette) -> str:
    colour = {
        Safety.SAFE: palette.safe,
        Safety.UNSAFE: palette.unsafe,
        Safety.DISPLAY: palette.display,
    }[safety]
    return f"{colour}[{safety.value}]{palette.reset}"


def _unified(rows: Sequence[Row], palette: Palette) -> Iterator[str]:
    gutter = len(str(max((max(row.old, row.new) for row in rows), default=0)))
    for row in rows:
        number = str(row.old or row.new).rjust(gutter)
        colour = {"-": palette.removed, "+": palette.added}.get(row.kind, "")
        mark = palette.removed_part if row.kind == "-" else palette.added_part
        text = _parts(row.parts, colour, mark, palette.reset)
        yield f"{palette.gutter}{number}{palette.reset} {colour}{row.kind} {text}".rstrip()


def _parts(parts: Sequence[Part], colour: str, mark: str, reset: str) -> str:
    shown, column = "", 0
    for text, changed in parts:
        body = cells(text, column)
        column += width(body)
        shown += f"{mark}{body}{reset}{colour}" if changed and body and mark else body
    return f"{shown}{reset if colour else ''}"


def _beside(rows: Sequence[Row], palette: Palette) -> Iterator[str]:
    for old, new in side_by_side(rows):
        left, right = _side(old, palette, "-"), _side(new, palette, "+")
        yield f"{left} {palette.dim}|{palette.reset} {right}".rstrip()


def _side(row: Row | None, palette: Palette, kind: str) -> str:
    if row is None:
        return " " * _COLUMN
    number = row.old if kind == "-" else row.new
    text = cells(f"{number or row.old or row.new:>4} {row.kind} {row.text}")
    while width(text) > _COLUMN:
        text = text[: _COLUMN - 1 - (width(text) - len(text))] + "…"
    colour = {"-": palette.removed, "+": palette.added}.get(row.kind, "")
    return f"{colour}{text}{palette.reset if colour else ''}{' ' * (_COLUMN - width(text))}"
