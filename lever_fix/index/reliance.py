"""What an analysis relied on outside of its own file, as a value that can be kept.

An outcome that is kept holds for as long as the files it asked for hold the same bytes, the
entries it asked for say the same, and every name means the same file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol

import msgspec

from lever_fix.index.facts import packed, unpacked
from lever_fix.index.index import Index
from lever_fix.index.layout import Layout
from lever_fix.index.memory import EVERYTHING, is_outside
from lever_fix.model import Value

NOTHING = b""
"""The reliance of an analysis without an index. With one it relies at least on which names the
project has: that a name is nowhere in it is an answer, too."""

THE_WHOLE = b"*"
"""The reliance of an analysis that asked for the whole project."""


class State(Protocol):
    """A project as it is: an index, or what is known before there is one."""

    @property
    def layout(self) -> Layout:
        """Which file a module name means."""

    def digest(self, path: str, /) -> str:
        """SHA-256 of a file; empty where there is none."""

    def entry_digest(self, noted: tuple[str, str], /) -> bytes:
        """Digest of an entry, by the name of its table and its key.

        Raises:
            KeyError: Nothing is known of the table.
        """


class Reliance(Value, frozen=True, array_like=True):
    """What an analysis asked for.

    Attributes:
        paths: The other files.
        entries: Names of tables, each with a key.
        digest: Of what all of them were.
    """

    paths: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    digest: bytes


def reliance(index: Index, path: str) -> bytes:
    """What the analysis of a file has relied on, packed: there are many, and few are looked at.

    Args:
        index: An index that was asked for nothing else since it was last emptied.
        path: The file.
    """
    if EVERYTHING in index.asked:
        return THE_WHOLE
    paths = sorted(one for one in index.asked if isinstance(one, str) and one != path)
    entries = sorted(one for one in index.asked if isinstance(one, tuple))
    return packed(Reliance(tuple(paths), tuple(entries), _digest(index, paths, entries)))


def outside(index: Index) -> tuple[str, ...]:
    """The files among those asked for that hold no code of the project."""
    return tuple(sorted(one for one in index.asked if is_outside(one) and isinstance(one, str)))


def holds(data: bytes, project: State) -> bool:
    """Whether all that an analysis relied on is as it was, as far as somebody knows.

    Args:
        data: What `reliance` gave; something other than `THE_WHOLE`.
        project: The project as it is.
    """
    if data == NOTHING:
        return True
    known = unpacked(data, _DECODER)
    try:
        return _digest(project, known.paths, known.entries) == known.digest
    except KeyError:
        return False


def _digest(project: State, paths: Iterable[str], entries: Iterable[tuple[str, str]]) -> bytes:
    """Digest of what files and entries are.

    Raises:
        KeyError: No table of one of the names is known.
    """
    whole = hashlib.blake2b(project.layout.digest, digest_size=16)
    for noted in entries:
        whole.update(project.entry_digest(noted))
    for path in paths:
        whole.update(f"{path}\0{project.digest(path)}\n".encode())
    return whole.digest()


_DECODER = msgspec.msgpack.Decoder(Reliance)
