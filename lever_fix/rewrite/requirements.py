"""Requirements files: which packages they list, and where a new one goes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

REQUIREMENTS = (
    "requirements.in",
    "requirements.txt",
    "requirements/base.in",
    "requirements/base.txt",
    "requirements/main.txt",
    "requirements/requirements.txt",
    "requirements/prod.in",
    "requirements/prod.txt",
    "requirements/production.txt",
)
"""Where a project keeps what it needs at run time, most likely first."""

_NAME = re.compile(r"[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)")
_INCLUDED = re.compile(r"[ \t]*(?:-r|--requirement)[ \t=]*([^\s#]+)")


def normalised(requirement: str) -> str:
    """The name of a requirement as PEP 503 compares names; extras, versions, markers left out."""
    match = _NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", match[1]).lower() if match else requirement


def place(requirement: str, present: list[str]) -> int:
    """Index before which a requirement belongs: in order where there is one, else at the end."""
    names = [normalised(item) for item in present]
    return bisect_left(names, normalised(requirement)) if names == sorted(names) else len(names)


def with_requirements(file: Path, text: str, wanted: dict[str, str]) -> str:
    """The text of a requirements file with the packages that it does not list.

    Args:
        file: The file: the ones it includes with `-r` count as well.
        text: Its text, with line feeds alone.
        wanted: Requirements by normalised name.
    """
    present = set(_listed(file, text, set()))
    for name in sorted(wanted.keys() - present):
        text = _inserted(text, wanted[name])
    return text


def _listed(file: Path, text: str, seen: set[Path]) -> Iterator[str]:
    """Normalised names of all packages a file and the files it includes ask for."""
    seen.add(file.resolve())
    for line in text.splitlines():
        included = _INCLUDED.match(line)
        if included:
            other = file.parent / included[1]
            if other.is_file() and other.resolve() not in seen:
                yield from _listed(other, other.read_text("utf-8", "replace"), seen)
        elif egg := _EGG.search(line):
            yield normalised(egg[1])
        elif _NAME.match(line):
            yield normalised(line)


def _inserted(text: str, requirement: str) -> str:
    """The text with one more line, in the order and with the final line end it has."""
    entries = list(_entries(text))
    index = place(requirement, [text[start:end] for start, end in entries])
    if index < len(entries):
        at = entries[index][0]
        if index:  # below the one above it, so that comments stay with the one below
            at = entries[index - 1][1]
        return f"{text[:at]}{requirement}\n{text[at:]}"
    if not text or text.endswith("\n"):
        return f"{text}{requirement}\n"
    return f"{text}\n{requirement}"


def _entries(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each requirement with the lines that go on with it."""
    start = position = 0
    for line in text.splitlines(keepends=True):
        position += len(line)
        if line.rstrip("\n").endswith("\\"):
            continue
        if _NAME.match(text, start):
            yield start, position
        start = position
