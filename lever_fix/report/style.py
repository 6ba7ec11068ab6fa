"""Colour as plain strings: a palette of escape sequences, all of them empty without colour.

Lines are put together with f-strings on a hot path, so that a style is a prefix and one common
reset, not an object per line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Palette:
    """What to write before a kind of text; `reset` goes after it."""

    bold: str = ""
    dim: str = ""
    path: str = ""
    gutter: str = ""
    codemod: str = ""
    safe: str = ""
    unsafe: str = ""
    display: str = ""
    error: str = ""
    header: str = ""
    hunk: str = ""
    removed: str = ""
    added: str = ""
    removed_part: str = ""
    added_part: str = ""
    reset: str = ""


PLAIN = Palette()
# Only the 16 basic colours, and reverse video for changed words: every terminal theme, light or
# dark, has made these readable.
COLOURED = Palette(
    bold="\x1b[1m",
    dim="\x1b[2m",
    path="\x1b[1m",
    gutter="\x1b[34m",
    codemod="\x1b[1;36m",
    safe="\x1b[32m",
    unsafe="\x1b[33m",
    display="\x1b[35m",
    error="\x1b[1;31m",
    header="\x1b[1m",
    hunk="\x1b[36m",
    removed="\x1b[31m",
    added="\x1b[32m",
    removed_part="\x1b[7m",
    added_part="\x1b[7m",
    reset="\x1b[0m",
)


def wants_colour(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """Whether to write colour: NO_COLOR forbids it, FORCE_COLOR asks for it, else a terminal."""
    environ = os.environ if environ is None else environ
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def palette_for(stream: TextIO, environ: Mapping[str, str] | None = None) -> Palette:
    """The palette for what is written to `stream`."""
    return COLOURED if wants_colour(stream, environ) else PLAIN
