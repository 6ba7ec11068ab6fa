"""The table of a campaign: how far each repository is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lever_fix.bulk.order import Outcome
from lever_fix.bulk.state import Row
from lever_fix.report.text import counted
from lever_fix.report.visible import visible


def render_status(rows: Sequence[Row]) -> str:
    """One line for each repository, and how many there are of each kind."""
    table = [("repository", "stage", "found", "applied", "left out", "problems", "seconds", "")]
    for row in rows:
        outcome = row.outcome or Outcome(name=row.name)
        error = row.error or outcome.error
        table.append(
            (
                row.name,
                "failed" if error else row.stage.value,
                str(sum(count.found for count in outcome.counts)),
                str(sum(count.applied for count in outcome.counts)),
                str(len(outcome.left_out)),
                str(len(outcome.problems)),
                f"{outcome.seconds:.1f}",
                error.splitlines()[0] if error else "",
            )
        )
    widths = [max(len(line[at]) for line in table) for at in range(7)]
    lines = ["  ".join(_aligned(line, widths)).rstrip() for line in table]
    return "".join(f"{visible(line)}\n" for line in lines) + f"\n{totals(rows)}\n"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    names = [cell.ljust(width) for cell, width in zip(line[:2], widths[:2], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(line[2:7], widths[2:], strict=True)]
    return [*names, *numbers, line[7]]


def totals(rows: Sequence[Row]) -> str:
    """How many repositories are how far."""
    kinds = Counter("failed" if row.error else row.stage.value for row in rows)
    split = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    every = counted(len(rows), "repository", "repositories")
    return f"{every}: {split}." if rows else "No repositories yet."
