"""Tables: what each codemod found, how far it can be trusted, and why it declined elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lever_fix.model import Finding, Plan, Refusal, Safety
from lever_fix.report.visible import visible

if TYPE_CHECKING:
    from rich.table import Table


def render_statistics(plan: Plan, *, colour: bool = False, width: int = 100) -> str:
    """`--statistics`: findings by codemod, and refusals by codemod and reason."""
    findings = _findings_table(plan.findings)
    tables = [findings] if findings else []
    if plan.refusals:
        tables.append(_refusals_table(plan.refusals))
    return _drawn(tables, colour, width)


def render_summary(findings: Sequence[Finding], *, colour: bool = False, width: int = 100) -> str:
    """The table that closes `apply --dry-run`; empty where there is nothing to apply."""
    table = _findings_table(findings)
    return _drawn([table] if table else [], colour, width)


def _findings_table(findings: Sequence[Finding]) -> Table | None:
    """Codemod, findings, by safety, files; `display` only where there are any."""
    if not findings:
        return None
    levels = [Safety.SAFE, Safety.UNSAFE]
    if any(finding.safety is Safety.DISPLAY for finding in findings):
        levels.append(Safety.DISPLAY)
    by_codemod: dict[str, list[Finding]] = {}
    for finding in findings:
        by_codemod.setdefault(finding.codemod, []).append(finding)
    table = _table("codemod", ["findings", *(level.value for level in levels), "files"])
    for codemod, group in sorted(by_codemod.items()):
        _row(table, codemod, *_counts(group, levels))
    if len(by_codemod) > 1:
        table.add_section()
        _row(table, "total", *_counts(findings, levels))
    return table


def _counts(findings: Iterable[Finding], levels: Sequence[Safety]) -> list[str]:
    findings = list(findings)
    by_level = Counter(finding.safety.value for finding in findings)
    files = {finding.path for finding in findings}
    for finding in findings:
        files |= finding.fix.paths() if finding.fix else set()
    numbers = [len(findings), *(by_level[level.value] for level in levels), len(files)]
    return [f"{number:,}" for number in numbers]


def _refusals_table(refusals: Iterable[Refusal]) -> Table:
    """How often each codemod declined, and why; the commonest reason first."""
    counts = Counter((refusal.codemod, refusal.code) for refusal in refusals)
    table = _table("left alone by", ["places"], "because")
    for (codemod, code), count in sorted(counts.items(), key=lambda row: (row[0][0], -row[1], row)):
        _row(table, codemod, f"{count:,}", code)
    return table


def _table(name: str, numbers: Sequence[str], last: str = "") -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.ROUNDED, header_style="bold")
    table.add_column(name, style="cyan", overflow="fold")
    colours = {"safe": "green", "unsafe": "yellow", "display": "magenta"}
    for number in numbers:
        table.add_column(number, justify="right", style=colours.get(number))
    if last:
        table.add_column(last, overflow="fold")
    return table


def _row(table: Table, *cells: str) -> None:
    from rich.text import Text

    # As `Text`, an id of a user's own codemod is never read as markup.
    table.add_row(*(Text(visible(cell)) for cell in cells))


def _drawn(tables: Iterable[Table], colour: bool, width: int) -> str:
    import io

    from rich.console import Console

    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        highlight=False,
        legacy_windows=False,
    )
    for number, table in enumerate(tables):
        if number:
            console.print()
        console.print(table)
    return stream.getvalue()
