"""What need not be worked out again: outcomes by content hash.

One file holds the entries of one configuration. A file that is missing, cut short, foreign or
written by another version is no error: it is worked out again and rewritten. Writing goes through
a temporary file and a rename, so two processes at once leave one whole file.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from lever_fix import __version__
from lever_fix.engine.analyse import Scanned
from lever_fix.engine.workers import Context
from lever_fix.model import Value
from lever_fix.registry import load

FORMAT = 3
_DIGEST = 32
"""Bytes of the digest at the start of a file: a bit that fell over must not become an edit."""

KEEP = 8
"""How many configurations a cache holds; the longest unused go first."""


class Entry(Value, frozen=True):
    """What one file led to."""

    sha256: str
    group: int
    scanned: msgspec.Raw
    whole: str = ""
    """Digest of the project, where it relies on other files: nothing else needs to be looked at
    where that is the same."""
    outside: tuple[str, ...] = ()
    """Files that are no code of the project and count to the whole for it."""


class _Stored(Value, frozen=True):
    format: int
    key: str
    entries: dict[str, Entry]


def key_of(context: Context) -> str:
    """Digest of all that an outcome depends on besides the file's content."""
    known = load(context.extra, Path(context.root))
    parts = [own_key()]
    for group in context.groups:
        parts += [group.settings.digest, *(f"{name}={known[name].version}" for name in group.ids)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def own_key() -> str:
    """Digest of what the facts of a file depend on besides its content."""
    parts = [__version__, sys.version, str(FORMAT), _own_code()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def read(directory: Path, key: str) -> Mapping[str, Entry]:
    """The entries stored under a key; none where there is nothing usable."""
    path = directory / f"{key}.msgpack"
    try:
        data = path.read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return {}
        stored = msgspec.msgpack.decode(memoryview(data)[_DIGEST:], type=_Stored)
        os.utime(path)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return stored.entries if (stored.format, stored.key) == (FORMAT, key) else {}


def write(directory: Path, key: str, entries: Mapping[str, Entry]) -> None:
    """Store the entries; a directory that cannot be written to is left as it is."""
    temporary = None
    try:
        _make(directory)
        handle, temporary = tempfile.mkstemp(dir=directory, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            whole = hashlib.sha256()
            file.write(bytes(_DIGEST))
            for part in _encoded(key, entries):
                whole.update(part)
                file.write(part)
            file.seek(0)
            file.write(whole.digest())
        Path(temporary).replace(directory / f"{key}.msgpack")
        temporary = None
        _forget(directory)
    except OSError:
        pass
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _encoded(key: str, entries: Mapping[str, Entry]) -> Iterator[bytes]:
    """What a `_Stored` is encoded as, entry by entry: all at once it is large, and there twice."""
    encode = msgspec.msgpack.encode
    head = encode(_Stored(FORMAT, key, {}))
    assert head.endswith(b"\x80")  # the empty map
    yield head[:-1] + b"\xdf" + len(entries).to_bytes(4, "big")
    for path, one in entries.items():
        yield encode(path) + encode(one)


def _make(directory: Path) -> None:
    """Make the directory, ignored by git; one that is there may be the user's and is left as is."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        directory.mkdir()
    except FileExistsError:
        return
    # Out of the user's commits and searches, whatever their own ignore file says.
    (directory / ".gitignore").write_text("*\n")


def entry(scanned: Scanned, group: int, whole: str) -> Entry:
    """The entry for a scanned file."""
    # A forecast is as large as the file, and worth something to this run alone.
    lasting = msgspec.structs.replace(scanned, forecast=b"")
    raw = msgspec.Raw(msgspec.msgpack.encode(lasting))
    return Entry(scanned.outcome.sha256, group, raw, whole, scanned.outside)


def decode(entries: Iterable[Entry]) -> list[Scanned]:
    """What entries stand for.

    Raises:
        msgspec.DecodeError: An entry is not what this version writes.
    """
    decoder = msgspec.msgpack.Decoder(Scanned)
    return [decoder.decode(one.scanned) for one in entries]


def _own_code() -> str:
    """Digest of this package's files by size and time: a changed analysis has a new cache."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for directory, _, names in os.walk(package):
        for name in sorted(names):
            if name.endswith(".py"):
                status = os.stat(f"{directory}/{name}")  # noqa: PTH116 - ten times Path.stat
                digest.update(f"{name}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()


def _forget(directory: Path) -> None:
    stored = sorted(directory.glob("*.msgpack"), key=lambda path: -path.stat().st_mtime)
    for path in stored[KEEP:]:
        path.unlink(missing_ok=True)
