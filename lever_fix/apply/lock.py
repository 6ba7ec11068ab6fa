"""One process at a time writes to a repository."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lever_fix.errors import ApplyError

# A lock held by the operating system cannot go stale: it ends with its process, even by `kill -9`.
# The process id in the file is there for the message alone.
if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        # Past the text, because a locked byte cannot be read by others on Windows.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(home: Path) -> Iterator[None]:
    """Hold the lock of one journal directory.

    Raises:
        ApplyError: Another process holds it, or it cannot be created.
    """
    path = home / "lock"
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise ApplyError(
            f"{path}: cannot create the lock: {error.strerror or error}", "check its permissions"
        ) from error
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def is_held(home: Path) -> bool:
    """Whether another process is applying or undoing right now."""
    try:
        descriptor = os.open(home / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        _try_lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _take(descriptor: int, path: Path) -> None:
    try:
        _try_lock(descriptor)
    except OSError as error:
        holder = os.pread(descriptor, 32, 0) if hasattr(os, "pread") else path.read_bytes()
        process = holder.decode("ascii", "replace").strip() or "unknown"
        raise ApplyError(
            f"another lever-fix (process {process}) is writing to this repository",
            "wait until it is done, then try again",
        ) from error
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
