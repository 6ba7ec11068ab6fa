"""The report of a campaign: one page, from what went wrong to the last changed line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from lever_fix.bulk.git import without_secrets
from lever_fix.bulk.order import Outcome, Shape
from lever_fix.bulk.patches import FileDiff, file_diffs, shortened
from lever_fix.bulk.shapes import Row as ShapeRow
from lever_fix.bulk.shapes import rows as shape_rows
from lever_fix.bulk.state import Row
from lever_fix.bulk.status import totals as stages
from lever_fix.report.page import (
    Cell,
    Html,
    anchor,
    change,
    chip,
    code,
    contents,
    diff,
    folded,
    lines,
    link,
    page,
    section,
    shown_text,
    table,
    totals,
    words,
)
from lever_fix.report.text import counted

_SHAPES = 15
"""Rows of equal changes that are seen at once."""
_MORE_SHAPES = 200
"""Rows of equal changes that are there on a click."""
_PLACES = 100
"""Repositories that are named in one of them."""
_DIFF_LINES = 60_000
"""Lines of diffs on the whole page, which a browser has to open at once."""
_FAILED = "failed"


def render_report(name: str, rows: Sequence[Row]) -> bytes:
    """The whole page."""
    parts = {
        "What went wrong": _wrong(rows),
        "Warnings": _warnings(rows),
        "By codemod": _by_codemod([_outcome(row) for row in rows]),
        "Repositories": _table(rows),
        "Equal changes": _shapes([_outcome(row) for row in rows]),
        "Changes": _changes(rows),
    }
    shown = {title: inside for title, inside in parts.items() if inside}
    body = [_about(rows), _totals(rows), contents(shown)]
    return page(name, stages(rows), [*body, *(section(*part) for part in shown.items())])


def _outcome(row: Row) -> Outcome:
    return row.outcome or Outcome(name=row.name)


def _found(outcome: Outcome) -> int:
    return sum(count.found for count in outcome.counts)


def _applied(outcome: Outcome) -> int:
    return sum(count.applied for count in outcome.counts)


def _about(rows: Sequence[Row]) -> str:
    """What was asked for, where that is known."""
    order = next((row.order for row in rows if row.order is not None), None)
    if order is None:
        return ""
    level = "safe and unsafe findings" if order.unsafe else "safe findings"
    said = [f"{level} on branch {order.branch}", order.moment[:10]]
    if order.verify:
        said.append(f"verified by `{order.verify}`")
    return f'<p class="lead">{shown_text(" · ".join(filter(None, said)))}</p>\n'


def _totals(rows: Sequence[Row]) -> str:
    outcomes = [_outcome(row) for row in rows]
    numbers = [
        (len(rows), "repositories"),
        (sum(bool(row.error) for row in rows), _FAILED),
        (sum(map(_found, outcomes)), "findings"),
        (sum(map(_applied, outcomes)), "applied"),
        (sum(len(one.left_out) for one in outcomes), "left out by verification"),
        (sum(one.changed for one in outcomes), "files changed"),
    ]
    return totals(numbers, bad=(_FAILED,))


def _wrong(rows: Sequence[Row]) -> str:
    """All that a reader has to act on, before anything else."""
    failed = [
        (link(row.name, f"changes-{row.name}"), row.stage.value, _reason(row), _outcome(row).hint)
        for row in rows
        if row.error
    ]
    problems = [
        (link(row.name, f"changes-{row.name}"), problem)
        for row in rows
        for problem in _outcome(row).problems
    ]
    parts = []
    if failed:
        head = ("repository", "got as far as", "why no further", "next step")
        parts += ["<h3>Failed</h3>\n", table(head, failed)]
    left_out = [_left_out(row) for row in rows]
    if any(left_out):
        parts += ["<h3>Left out by verification</h3>\n", *left_out]
    if problems:
        parts += ["<h3>Not handled</h3>\n", table(("repository", "file and reason"), problems)]
    return "".join(parts)


def _reason(row: Row) -> Html:
    first, _, rest = row.error.partition("\n")
    return Html(
        f"{shown_text(without_secrets(first))}{lines(without_secrets(rest)) if rest else ''}"
    )


def _left_out(row: Row) -> str:
    parts = []
    for one in _outcome(row).left_out:
        name = Html(shown_text(f"{row.name}/{one.place} ") + f"<b>{shown_text(one.codemod)}</b>")
        parts.append(folded(name, one.message.removeprefix("left out: "), lines(one.output)))
    return "".join(parts)


def _warnings(rows: Sequence[Row]) -> str:
    """Each warning once, with the repositories that it is about."""
    names: dict[str, list[str]] = {}
    for row in rows:
        for warning in _outcome(row).warnings:
            names.setdefault(warning, []).append(row.name)
    found = sorted(names.items(), key=lambda one: -len(one[1]))
    cells = [(len(which), text, ", ".join(which)) for text, which in found]
    return table(("repositories", "what", "which"), cells) if cells else ""


_COLUMNS = (
    "found",
    "applied",
    "left out by verification",
    "unsafe, not asked for",
    "without a fix",
)


def _by_codemod(outcomes: Sequence[Outcome]) -> str:
    names = sorted({count.codemod for outcome in outcomes for count in outcome.counts})
    if not names:
        return ""
    numbers = [_numbers(outcomes, name) for name in names]
    sums = [sum(column) for column in zip(*numbers, strict=True)]
    # Of the last ones, those that would hold nothing but zeros only take room.
    kept = [at for at, total in enumerate(sums) if at < 2 or total]
    rows: list[list[Cell]] = [
        [words(name), *(row[at] for at in kept)] for name, row in zip(names, numbers, strict=True)
    ]
    last: list[Cell] = ["all", *(sums[at] for at in kept)]
    head = ["codemod", *(_COLUMNS[at] for at in kept)]
    if len(outcomes) > 1:
        head.append("repositories")
        with_counts = [{count.codemod for count in outcome.counts} for outcome in outcomes]
        for name, row in zip(names, rows, strict=True):
            row.append(sum(name in found for found in with_counts))
        last.append(sum(map(bool, with_counts)))
    return table(head, rows, last if len(rows) > 1 else None)


def _numbers(outcomes: Sequence[Outcome], name: str) -> tuple[int, ...]:
    """The columns of one codemod."""
    counts = [count for outcome in outcomes for count in outcome.counts if count.codemod == name]
    return (
        sum(count.found for count in counts),
        sum(count.applied for count in counts),
        sum(one.codemod == name for outcome in outcomes for one in outcome.left_out),
        sum(count.unasked for count in counts),
        sum(count.display for count in counts),
    )


def _table(rows: Sequence[Row]) -> str:
    body = []
    for row in rows:
        outcome = _outcome(row)
        numbers = (_found(outcome), _applied(outcome), len(outcome.left_out), outcome.changed)
        seconds = round(outcome.seconds)
        body.append((link(row.name, f"changes-{row.name}"), Html(_stage(row)), *numbers, seconds))
    head = ("repository", "stage", "found", "applied", "left out", "files changed", "seconds")
    sums = [sum(column) for column in zip(*(line[2:] for line in body), strict=True)]
    return table(head, body, ("all", "", *sums) if len(body) > 1 else None)


def _stage(row: Row) -> str:
    if row.error:
        return chip(_FAILED)
    # What there was nothing to do in is no success to point at.
    return chip(row.stage.value, "safe" if _outcome(row).changed else "quiet")


def _shapes(outcomes: Sequence[Outcome]) -> str:
    found = shape_rows((outcome.name, one) for outcome in outcomes for one in outcome.shapes)
    if not found:
        return ""
    note = '<p class="note">How often the same change is made, and one of the places.</p>\n'
    parts = [note, *map(_shape, found[:_SHAPES])]
    rarer = found[_SHAPES:_MORE_SHAPES]
    if rarer:
        dropped = len(found) - _MORE_SHAPES
        cut = f'<p class="note">and {dropped:,} rarer ones</p>\n' if dropped > 0 else ""
        places = counted(sum(row.count for row in found[_SHAPES:]), "place")
        title = counted(len(found) - _SHAPES, "more kind", "more kinds")
        parts.append(folded(title, f"{places} in all", "".join(map(_shape, rarer)) + cut))
    return "".join(parts)


def _shape(row: ShapeRow) -> str:
    one = row.shape
    reasons = "".join(f"<li>{shown_text(reason)}</li>" for reason in one.reasons)
    inside = f"<p>{shown_text(one.message)}</p>"
    inside += f'<ul class="reasons">{reasons}</ul>' if reasons else ""
    inside += change(one.before, one.after)
    named = sorted(row.places.items(), key=lambda place: (-place[1], place[0]))
    inside += table(("repository", "places"), named[:_PLACES])
    where = counted(len(row.places), "repository", "repositories")
    more = Html(f'<span class="more">{where}</span>{code(_line(one)).text}')
    return folded(one.codemod, more, inside, one.safety, f"{row.count:,}")


def _line(shape: Shape) -> str:
    """The first line that changes, as it becomes: what tells one row from another at a glance."""
    before = shape.before.splitlines()
    new = (line.strip() for line in shape.after.splitlines() if line not in before)
    return textwrap.shorten(next(new, shape.message), 90, placeholder=" …")


def _changes(rows: Sequence[Row]) -> str:
    diffs = [file_diffs(_outcome(row).patch) for row in rows]
    every = shortened(diffs, _DIFF_LINES)
    return "".join(_repository(row, files) for row, files in zip(rows, every, strict=True))


def _repository(row: Row, files: Sequence[FileDiff]) -> str:
    outcome = _outcome(row)
    made = counted(_applied(outcome), "finding")
    more = f"{made} applied in {counted(outcome.changed, 'file')} · {outcome.seconds:.1f} s"
    facts = [without_secrets(row.url), row.commit[:12]]
    if outcome.commits:
        facts.append(counted(len(outcome.commits), "commit"))
    if outcome.verify_runs:
        facts.append(f"{counted(outcome.verify_runs, 'run')} of the verify command")
    # What a link leads to is inside, because browsers open it then.
    address = anchor(f"changes-{row.name}")
    about = f'<p class="note" id="{address}">{shown_text(" · ".join(filter(None, facts)))}</p>\n'
    error = lines(without_secrets(row.error)) if row.error else ""
    inside = "".join((about, error, _by_codemod([outcome]), *_files(files, row)))
    return folded(Html(f"<b>{shown_text(row.name)}</b>{_stage(row)}"), more, inside)


def _files(files: Sequence[FileDiff], row: Row) -> Iterator[str]:
    """The diff of each file; of those that are left out, the counts."""
    for one in files:
        if one.hunks:
            left = f"and {counted(one.left, 'more line')}"
            cut = f'<p class="note">{left}, {_elsewhere(row)}</p>\n' if one.left else ""
            yield folded(Html(code(one.path).text), _size(one), diff(one.hunks) + cut)
    unseen = [one for one in files if not one.hunks]
    if unseen:
        title = counted(len(unseen), "more file")
        more = f"not shown here, {_elsewhere(row)}"
        rows = [(one.path, one.added, one.removed) for one in unseen]
        yield folded(title, more, table(("file", "added", "removed"), rows))


def _size(one: FileDiff) -> str:
    return f"+{one.added:,} −{one.removed:,}"  # noqa: RUF001 - a minus sign is what it is


def _elsewhere(row: Row) -> str:
    return f"to be read on the branch {row.order.branch}" if row.order else "to keep the page small"
