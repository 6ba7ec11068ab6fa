"""The report of a campaign: one page that holds totals, tables and every diff."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

from lever_fix.bulk.git import without_secrets
from lever_fix.bulk.order import Outcome, Shape
from lever_fix.bulk.shapes import rows as shape_rows
from lever_fix.bulk.state import Row
from lever_fix.bulk.status import totals as stages
from lever_fix.report.html import change, chip, diff, folded, lines, page, shown_text, table, totals
from lever_fix.report.text import counted

_SHAPES = 50
"""Rows of equal changes that are shown."""
_DIFF_LINES = 4000
"""Lines of one repository's diff that are shown: a browser has to open the page."""


def render_report(name: str, rows: Sequence[Row]) -> bytes:
    """The whole page."""
    outcomes = [row.outcome or Outcome(name=row.name) for row in rows]
    applied = sum(count.applied for one in outcomes for count in one.counts)
    numbers = [
        (len(rows), "repositories"),
        (sum(bool(row.error) for row in rows), "failed"),
        (sum(count.found for one in outcomes for count in one.counts), "findings"),
        (applied, "applied"),
        (sum(len(one.left_out) for one in outcomes), "left out by verification"),
        (sum(one.changed for one in outcomes), "files changed"),
    ]
    body = [
        totals(numbers),
        "<h2>By codemod</h2>\n",
        _by_codemod(outcomes),
        "<h2>Equal changes</h2>\n",
        _shapes(outcomes),
        "<h2>Repositories</h2>\n",
        *(_repository(row) for row in rows),
    ]
    return page(name, stages(rows), body)


def _by_codemod(outcomes: Sequence[Outcome]) -> str:
    found: Counter[str] = Counter()
    applied: Counter[str] = Counter()
    repositories: Counter[str] = Counter()
    for outcome in outcomes:
        for count in outcome.counts:
            found[count.codemod] += count.found
            applied[count.codemod] += count.applied
            repositories[count.codemod] += 1
    every = sorted(repositories)
    head = ("codemod", "found", "applied", "repositories")
    return table(head, [(one, found[one], applied[one], repositories[one]) for one in every])


def _shapes(outcomes: Sequence[Outcome]) -> str:
    found = shape_rows((outcome.name, one) for outcome in outcomes for one in outcome.shapes)
    parts = []
    for row in found[:_SHAPES]:
        where = counted(len(row.places), "repository", "repositories")
        more = f"{counted(row.count, 'place')} in {where}, such as {_line(row.shape)}"
        inside = (
            f"<p>{shown_text(row.shape.message)}</p>{change(row.shape.before, row.shape.after)}"
        )
        inside += table(("repository", "places"), sorted(row.places.items()))
        parts.append(folded(row.shape.codemod, more, inside, row.shape.safety))
    if len(found) > _SHAPES:
        parts.append(f"<p>and {len(found) - _SHAPES:,} rarer ones</p>\n")
    return "".join(parts)


def _line(shape: Shape) -> str:
    """The first line that changes, as it becomes: what tells one row from another at a glance."""
    before = shape.before.splitlines()
    new = (line.strip() for line in shape.after.splitlines() if line not in before)
    return textwrap.shorten(next(new, shape.message), 90, placeholder=" …")


def _repository(row: Row) -> str:
    outcome = row.outcome or Outcome(name=row.name)
    applied = sum(count.applied for count in outcome.counts)
    more = (
        f"{counted(applied, 'finding')} applied in {counted(outcome.changed, 'file')}"
        f" · {outcome.seconds:.1f} s"
    )
    state = chip("failed", "bad") if row.error else chip(row.stage.value, "safe")
    parts = [f"<p>{shown_text(without_secrets(row.url))} {shown_text(row.commit[:12])}{state}</p>"]
    if row.error:
        parts.append(lines(row.error))
    parts += [f"<p>warning: {shown_text(one)}</p>" for one in outcome.warnings]
    for left_out in outcome.left_out:
        said = f"{left_out.place}: {left_out.codemod}: {left_out.message}"
        parts.append(f'<p class="bad">{shown_text(said)}</p>{lines(left_out.output)}')
    if outcome.problems:
        parts.append(table(("not handled",), [(one,) for one in outcome.problems]))
    if outcome.patch:
        parts.append(_diff(outcome.patch))
    return folded(row.name, more, "".join(parts), "failed" if row.error else "")


def _diff(patch: bytes) -> str:
    rows = patch.decode("utf-8", "backslashreplace").split("\n")
    more = len(rows) - _DIFF_LINES
    cut = f"<p>and {more:,} more lines</p>\n" if more > 0 else ""
    return diff("\n".join(rows[:_DIFF_LINES])) + cut
