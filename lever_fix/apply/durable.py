"""Bytes that are on the disk when the function returns."""

from __future__ import annotations

import os
from pathlib import Path

_BINARY: int = getattr(os, "O_BINARY", 0)
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)


def create(path: Path, data: bytes, mode: int = 0o666) -> int:
    """Create a file that must not exist yet, write it, and return its open descriptor."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NO_FOLLOW
    descriptor = os.open(path, flags, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def sync_and_close(descriptor: int) -> None:
    """Flush a file to the disk and close it, whatever the flush says."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Make renames inside a directory durable; a no-op where directories cannot be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    sync_and_close(descriptor)


def replace(path: Path, data: bytes) -> None:
    """Give a file new content, in one step that a crash cannot cut in half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    sync_and_close(create(temporary, data))
    temporary.replace(path)
    sync_directory(path.parent)
