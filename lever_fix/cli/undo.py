"""`lever-fix undo`: take a run back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lever_fix.api import Project
from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.report.text import counted

if TYPE_CHECKING:
    from lever_fix.apply.model import Undone


def undo(
    run: Annotated[
        str | None, typer.Argument(help="The run to take back; the last one if none.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the runs instead.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Take the last run, or a named one, back."""
    project = Project()
    if list_:
        sys.stdout.write(_listing(project))
        return
    Voice(-1 if quiet else 0).say(_done(project.undo(run)))


def _done(undone: Undone) -> str:
    parts = []
    if undone.paths:
        parts.append(f"{counted(len(undone.paths), 'file')} as before")
    if undone.moved_back:
        parts.append(f"{counted(len(undone.moved_back), 'commit')} taken off the branch")
    if undone.reverts:
        parts.append(f"reverted by {counted(len(undone.reverts), 'commit')}")
    return f"Took back {undone.run_id}: {', '.join(parts) or 'its files were as before already'}."


def _listing(project: Project) -> str:
    rows = []
    for run in project.runs():
        codemods = ", ".join(f"{name} ({count:,})" for name, count in run.codemods.items())
        files = counted(len(run.entries), "file")
        rows.append(f"{run.id}  {run.state.value:<8}  {files:>10}  {codemods}\n")
    return "".join(rows) or "No runs to take back.\n"
