"""Standard error: the only place that writes there. Standard output is data alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lever_fix.api import Plan
from lever_fix.errors import LeverFixError
from lever_fix.model import Problem
from lever_fix.report.paths import Shown
from lever_fix.report.style import palette_for
from lever_fix.report.text import render_problems
from lever_fix.report.visible import visible


@dataclass(frozen=True)
class Voice:
    """How much a command says beside its output.

    Attributes:
        level: -1 for `-q`, 1 for `-v`, else 0.
    """

    level: int = 0

    def say(self, text: str) -> None:
        """A line for the user, unless they asked for quiet."""
        if self.level >= 0 and text:
            sys.stderr.write(text.rstrip("\n") + "\n")

    def notes(self, plan: Plan) -> None:
        """What a user should hear of a plan."""
        for note in plan.notes:
            self.say(note)

    def problems(self, problems: Iterable[Problem], shown: Shown) -> None:
        """Files that could not be handled: said even when quiet."""
        text = render_problems(problems, palette=palette_for(sys.stderr), shown=shown)
        if text:
            sys.stderr.write(text if text.endswith("\n") else text + "\n")


def complain(error: LeverFixError) -> None:
    """An error that ended the command, and the next step."""
    palette = palette_for(sys.stderr)
    message = visible(error.message, keep="\n")
    sys.stderr.write(f"{palette.error}error{palette.reset}: {message}\n")
    if error.hint:
        hint = visible(error.hint, keep="\n")
        sys.stderr.write(f"  {palette.bold}hint{palette.reset}: {hint}\n")


def write_output(data: str | bytes, output: Path | None) -> None:
    """A command's output, to standard output or to a file.

    Raises:
        LeverFixError: The file cannot be written.
    """
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(raw)
    except OSError as error:
        raise LeverFixError(
            f"{output}: cannot be written: {error.strerror}", "name another file with --output"
        ) from error
