"""Patterns in the syntax of `.gitignore`: what settings and ignore files are written in."""

from __future__ import annotations

import functools
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_GLOB = re.compile(r"[\\*?\[]")


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern: neither malformed (a lone `!`, an open escape) nor empty."""
    if not text.strip():
        return False
    try:
        _compile((text,))
    except (ValueError, re.error):
        return False
    return True


def anchor(pattern: str, base: str) -> str:
    """A pattern written for the directory `base`, as it reads from the root.

    Args:
        pattern: As it stands in a file of that directory.
        base: POSIX path relative to the root; empty for the root itself.
    """
    if not base:
        return pattern
    negation, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    anywhere = "" if "/" in body.rstrip("/ ") else "**/"
    directory = _GLOB.sub(r"\\\g<0>", base)
    return f"{negation}/{directory}/{anywhere}{body.removeprefix('/')}"


def verdict(patterns: tuple[str, ...], path: str) -> bool | None:
    """What patterns say of a path: in, explicitly out (`!`), or nothing.

    Args:
        patterns: Relative to the root; of several that match, the last one decides.
        path: POSIX path relative to the root; ends with `/` for a directory.
    """
    return _cached(patterns).check_file(path).include if patterns else None


def read_ignore_file(path: str) -> tuple[str, ...]:
    """The patterns of an ignore file, without those that git would pass over, too.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as handle:
        lines = handle.read().split("\n")
    return tuple(line for line in lines if is_pattern(line) and not line.startswith("#"))


def _compile(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # slow to import, and most runs have no pattern to match

    with warnings.catch_warnings():
        # The regular expression behind an odd `[[a]` is none of the user's business.
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(patterns)


_cached = functools.lru_cache(maxsize=256)(_compile)
