"""The effects that a project states of its functions: `[tool.lever-fix.effects]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

WORDS = ("none", "read", "write")
"""What a pattern can be given."""


def configured(table: Mapping[str, str]) -> Callable[[str], str]:
    """A function that gives the effect of a dotted name; empty where no pattern matches.

    The longest pattern that matches counts.
    """
    patterns = sorted(table, key=len, reverse=True)

    def effect(name: str) -> str:
        return next((table[one] for one in patterns if fnmatchcase(name, one)), "")

    return effect
