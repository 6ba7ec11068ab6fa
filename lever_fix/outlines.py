"""What is known of the shipped codemods before they are loaded.

Loading all of them with what they stand on takes as long as the rest of a start, and most files
hold no word that most of them look for. So a file beside them tells what an engine asks of every
codemod. It counts for a codemod whose file is the very one that it was written from: one that was
changed since is loaded, and asked itself.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from lever_fix.codemod import Case, Codemod
from lever_fix.errors import CodemodError
from lever_fix.index.index import Index
from lever_fix.index.memory import Table
from lever_fix.index.section import Section
from lever_fix.model import Finding, Refusal, Value

NAME = "outlines.json"
"""Stands beside the codemods it is about; `tests/meta/readme.py write` makes it."""


class Outline(Value, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an engine asks of a codemod that has nothing to do.

    Attributes:
        version: Digest of the file it was made from.
        summary: See `Codemod`, as the rest.
        triggers: As text.
        decides: Whether it has a step over the whole project.
        brings: Whether it has sections, answers or tables to add to the index.
    """

    version: str
    summary: str
    triggers: tuple[str, ...]
    after: tuple[str, ...] = ()
    enabled: bool = True
    index: bool = False
    decides: bool = False
    brings: bool = False


class Outlined(Codemod):
    """A codemod that is loaded when more is asked of it than its outline tells."""

    def __init__(self, origin: Path, outline: Outline, load: Callable[[], Codemod]) -> None:
        """Know a codemod by its outline.

        Args:
            origin: Its file.
            outline: What is known of it.
            load: Loads it.
        """
        known = {
            "id": origin.stem.replace("_", "-"),
            "summary": outline.summary,
            "triggers": tuple(word.encode() for word in outline.triggers),
            "after": outline.after,
            "enabled": outline.enabled,
            "index": outline.index,
            "version": outline.version,
            "origin": origin,
            "_decides": outline.decides,
            "_brings": outline.brings,
            "_load": load,
        }
        self.__dict__.update(known)  # frozen for everybody else

    @cached_property
    def _whole(self) -> Codemod:
        load: Callable[[], Codemod] = self.__dict__["_load"]
        return load()

    @property
    def decides(self) -> bool:
        """Whether it has a step over the whole project."""
        return bool(self.__dict__["_decides"])

    @property
    def doc(self) -> str:
        """Its docstring."""
        return self._whole.doc

    @property
    def cases(self) -> tuple[Case, ...]:
        """Its examples."""
        return self._whole.cases

    @property
    def function(self) -> Callable[..., Iterable[Finding | Refusal]]:
        """What it does."""
        return self._whole.function

    @property
    def scan(self) -> Callable[..., Any] | None:
        """Its step per module, where it decides once."""
        return self._whole.scan

    @property
    def facts(self) -> Any:
        """The type that `scan` returns."""
        return self._whole.facts

    @property
    def options(self) -> type[msgspec.Struct] | None:
        """The type of its options."""
        return self._whole.options

    @property
    def sections(self) -> tuple[Section[Any], ...]:
        """What it wants known of every file."""
        return self._whole.sections if self.__dict__["_brings"] else ()

    @property
    def prepare(self) -> Callable[[Index], Iterable[Hashable]] | None:
        """What it has the index work out before any file is looked at."""
        return self._whole.prepare if self.__dict__["_brings"] else None

    @property
    def tables(self) -> tuple[Table[Any], ...]:
        """What it asks of the project as a whole by key."""
        return self._whole.tables if self.__dict__["_brings"] else ()


def outlined(origin: Path, load: Callable[[], Codemod]) -> Codemod | None:
    """A shipped codemod by its outline; None where none tells of the file as it is.

    Raises:
        CodemodError: The file cannot be read.
    """
    outline = _written(origin.parent / NAME).get(origin.stem.replace("_", "-"))
    if outline is None or outline.version != digest(origin):
        return None
    return Outlined(origin, outline, load)


def digest(origin: Path) -> str:
    """The version of a codemod: a digest of its file.

    Raises:
        CodemodError: The file cannot be read.
    """
    try:
        return hashlib.sha256(origin.read_bytes()).hexdigest()
    except OSError as error:
        raise CodemodError(
            f"{origin}: cannot be read: {error.strerror}", "check its permissions"
        ) from error


def encode(codemods: Iterable[Codemod]) -> bytes:
    """The file that tells of codemods; they are loaded."""
    outlines = {
        one.id: Outline(
            version=one.version,
            summary=one.summary,
            triggers=tuple(word.decode() for word in one.triggers),
            after=one.after,
            enabled=one.enabled,
            index=one.index,
            decides=one.decides,
            brings=bool(one.sections or one.prepare or one.tables),
        )
        for one in codemods
    }
    return msgspec.json.format(msgspec.json.encode(outlines), indent=2) + b"\n"


@functools.cache
def _written(path: Path) -> Mapping[str, Outline]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Outline])
    except (OSError, msgspec.DecodeError):
        return {}  # nothing is lost but time
