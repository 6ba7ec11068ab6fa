"""Paths as a reader wants them: relative to where the command was given."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

Shown = Callable[[str], str]
"""Maps a path relative to the root of the run to the path to show."""


def as_is(path: str) -> str:
    """The path relative to the root of the run, unchanged."""
    return path


def relative_to(root: Path, directory: Path) -> Shown:
    """How to show paths of a run rooted at `root` to someone in `directory`."""
    root, directory = root.absolute(), directory.absolute()
    if root == directory:
        return as_is

    @cache
    def shown(path: str) -> str:
        try:
            return Path(os.path.relpath(root / path, directory)).as_posix()
        except ValueError:  # Windows: another drive.
            return (root / path).as_posix()

    return shown
