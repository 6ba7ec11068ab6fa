"""Write all files of a run or none.

Every new content is on the disk beside its target before the first target is touched; then only
renames are left, and each of those is atomic. So a file is always whole, whatever happens, and a
failure half-way is taken back from the bytes that were read at the start.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lever_fix.apply import durable
from lever_fix.errors import ApplyError
from lever_fix.model import Value
from lever_fix.sources import digest

# Waiting for the disk is all these threads do; more than eight gained nothing on ext4 and NVMe.
_SYNC_THREADS = 8
_SHARE = 16
"""Files that a thread takes at once: handing them over one by one costs as much as writing them."""

_ANALYSE_AGAIN = "run lever-fix again: it will look at the file as it is now"


class Write(Value, frozen=True):
    """One file to be written, and what must be there before."""

    path: str
    """Relative to the top."""
    data: bytes | None
    """None: the file is to be deleted."""
    expected: str | None
    """SHA-256 of the bytes on disk; None where there must be no file."""


@dataclass(frozen=True)
class Target:
    """A file that was looked at, and the temporary file that is to become it."""

    write: Write
    real: Path
    temporary: Path
    before: bytes | None
    status: os.stat_result | None


def write_all(
    top: Path, writes: Sequence[Write], tag: str, checked: Sequence[Target] | None = None
) -> None:
    """Write (or delete) every file, or leave every file as it was.

    Args:
        top: What the paths are relative to; nothing outside of it is ever written.
        writes: The files, each named once.
        tag: Makes the names of temporary files unique, and known to `remove_leftovers`.
        checked: What `check` found of these files under this tag a moment ago.

    Raises:
        ApplyError: A file is not as expected or cannot be written; nothing is changed.
    """
    targets = check(top, writes, tag) if checked is None else checked
    made = _make_directories(top, (target.real for target in targets))
    renamed: list[Target] = []
    left_over = True
    try:
        _stage(targets)
        _check_still(targets)
        for target in targets:
            # Before the rename: an interrupt between the two must find it in the list.
            renamed.append(target)
            _rename(target)
        left_over = False
        _sync_directories(targets)
    except OSError as error:
        _take_back(top, targets, renamed, made, tag)
        raise ApplyError(
            f"{_blamed(error, targets)}: cannot write: {error.strerror or error}; "
            "every file is as it was before",
            "check its permissions and the space on the disk",
        ) from error
    except (ApplyError, KeyboardInterrupt):
        _take_back(top, targets, renamed, made, tag)
        raise
    finally:
        if left_over:
            _unlink(target.temporary for target in targets)


def check(top: Path, writes: Sequence[Write], tag: str = "") -> list[Target]:
    """Look at every file before anything is written.

    Raises:
        ApplyError: A file changed since it was analysed, is read-only, is not a regular file or
            lies outside the top.
    """
    folders: dict[str, Path] = {}
    targets = [_look_at(top, write, f"{tag}-{n}", folders) for n, write in enumerate(writes)]
    seen: dict[Path, str] = {}
    for target in targets:
        if (other := seen.setdefault(target.real, target.write.path)) != target.write.path:
            raise ApplyError(
                f"{target.write.path} and {other} are the same file",
                "exclude the symbolic link in the configuration",
            )
    return targets


def digest_on_disk(top: Path, path: str) -> str | None:
    """SHA-256 of a file's bytes; None where there is no file.

    Raises:
        OSError: It is there and cannot be read.
    """
    try:
        return digest((top / path).read_bytes())
    except FileNotFoundError:
        return None


def missing_directories(top: Path, paths: Iterable[str]) -> list[str]:
    """The directories that writing these files will make, outermost first."""
    missing: set[str] = set()
    for folder in {path.rpartition("/")[0] for path in paths}:
        above = folder
        while above and above not in missing and not (top / above).is_dir():
            missing.add(above)
            above = above.rpartition("/")[0]
    return sorted(missing)


def remove_directories(top: Path, directories: Iterable[str]) -> None:
    """Remove directories a run made, as far as they are empty."""
    for directory in sorted(directories, reverse=True):
        with contextlib.suppress(OSError):
            (top / directory).rmdir()


def remove_leftovers(top: Path, paths: Iterable[str], tag: str) -> None:
    """Remove the temporary files of a run that was killed."""
    for parent in {(top / path).resolve().parent for path in paths}:
        _unlink(parent.glob(f"{_temporary_name(tag)}-*"))


def _temporary_name(tag: str) -> str:
    return f".lever-fix-{tag}"


def _look_at(top: Path, write: Write, tag: str, folders: dict[str, Path]) -> Target:
    real = _inside(top, write.path, folders)
    try:
        status = _status(real)
        if status is not None:
            _refuse_special(write.path, status)
        before = None if status is None else real.read_bytes()
    except OSError as error:
        raise ApplyError(
            f"{write.path}: cannot read: {error.strerror or error}", "check its permissions"
        ) from error
    if (None if before is None else digest(before)) != write.expected:
        raise ApplyError(f"{write.path}: {_difference(before, write.expected)}", _ANALYSE_AGAIN)
    return Target(write, real, real.parent / _temporary_name(tag), before, status)


def _inside(top: Path, path: str, folders: dict[str, Path]) -> Path:
    """The real path of a file, with its symbolic links followed as far as they stay inside.

    Args:
        top: What the path is relative to.
        path: The file.
        folders: The real paths of folders known to be inside, by their own.
    """
    folder, _, name = path.rpartition("/")
    if folder not in folders:
        folders[folder] = _followed(top, top / folder, path)
    real = folders[folder] / name
    return _followed(top, real, path) if real.is_symlink() else real


def _followed(top: Path, place: Path, path: str) -> Path:
    real = place.resolve()
    if not real.is_relative_to(top):
        raise ApplyError(
            f"{path}: leads out of {top} through a symbolic link",
            "run lever-fix where the file is",
        )
    return real


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _refuse_special(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ApplyError(f"{path}: not a regular file", "exclude it in the configuration")
    # Not os.access: a rename would replace the file all the same, and to root all is writable.
    if not status.st_mode & 0o222:
        raise ApplyError(f"{path}: read-only", f"make it writable first: chmod u+w {path}")


def _difference(before: bytes | None, expected: str | None) -> str:
    if before is None:
        return "deleted since it was analysed"
    return "there is a file now" if expected is None else "changed since it was analysed"


def _make_directories(top: Path, files: Iterable[Path]) -> list[str]:
    folders = {file.parent for file in files}.difference((top,))
    made = missing_directories(top, [f"{one.relative_to(top).as_posix()}/" for one in folders])
    try:
        for directory in made:
            (top / directory).mkdir(exist_ok=True)
    except OSError as error:
        remove_directories(top, made)
        raise ApplyError(
            f"{directory}: cannot make the directory: {error.strerror or error}",
            "check the permissions of the directory above",
        ) from error
    return made


def _stage(targets: Sequence[Target]) -> None:
    """Put every new content on the disk, beside its target."""
    with ThreadPoolExecutor(_SYNC_THREADS) as pool:
        shares = [targets[at : at + _SHARE] for at in range(0, len(targets), _SHARE)]
        for _ in pool.map(_stage_some, shares):
            pass


def _stage_some(targets: Sequence[Target]) -> None:
    for target in targets:
        _stage_one(target)


def _stage_one(target: Target) -> None:
    if target.write.data is None:
        return
    mode = 0o666 if target.status is None else 0o600
    descriptor = durable.create(target.temporary, target.write.data, mode)
    try:
        if target.status is not None:
            _keep_metadata(target, target.status)
    finally:
        durable.sync_and_close(descriptor)


def _keep_metadata(target: Target, status: os.stat_result) -> None:
    """Give the new file the owner, mode and attributes of the old."""
    new = target.temporary
    if hasattr(os, "chown"):
        made = new.stat()
        if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
            _chown(new, status)
    # After the owner, because a change of owner clears the set-user-id bit.
    new.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):
        # Access control lists and labels, where the system lets us copy them.
        with contextlib.suppress(OSError):
            for name in os.listxattr(target.real):
                os.setxattr(new, name, os.getxattr(target.real, name))


def _chown(new: Path, status: os.stat_result) -> None:
    try:
        os.chown(new, status.st_uid, status.st_gid)
    except PermissionError as error:
        reason = "it belongs to another user or group, which could not be kept"
        raise PermissionError(error.errno, reason, str(new)) from error


def _check_still(targets: Iterable[Target]) -> None:
    """The last look before the renames: is each file the one that was read?"""
    for target in targets:
        now = _status(target.real)
        if _signature(now) != _signature(target.status):
            raise ApplyError(f"{target.write.path}: changed while writing", _ANALYSE_AGAIN)


def _signature(status: os.stat_result | None) -> tuple[int, ...]:
    if status is None:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode


def _rename(target: Target) -> None:
    if target.write.data is None:
        target.real.unlink()
    else:
        target.temporary.replace(target.real)


def _sync_directories(targets: Iterable[Target]) -> None:
    for parent in {target.real.parent for target in targets}:
        durable.sync_directory(parent)


def _take_back(
    top: Path,
    targets: Sequence[Target],
    renamed: Sequence[Target],
    made: Sequence[str],
    tag: str,
) -> None:
    """Put the bytes back that were read at the start, file by file.

    Raises:
        ApplyError: A file could not be restored; the journal still can.
    """
    failed = [target.write.path for target in renamed if not _restored(target)]
    _unlink(target.temporary for target in targets)
    remove_directories(top, made)
    if failed:
        raise ApplyError(
            f"writing failed, and so did restoring {', '.join(failed)}",
            f"mend what is wrong with the disk, then run: lever-fix undo {tag}",
        )


def _restored(target: Target) -> bool:
    try:
        if target.before is None or target.status is None:
            target.real.unlink(missing_ok=True)
        elif _status(target.real) is None or target.real.read_bytes() != target.before:
            target.temporary.unlink(missing_ok=True)
            descriptor = durable.create(target.temporary, target.before, 0o600)
            durable.sync_and_close(descriptor)
            _keep_metadata(target, target.status)
            target.temporary.replace(target.real)
    except OSError:
        return False
    return True


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _blamed(error: OSError, targets: Iterable[Target]) -> str:
    """The file an operating system error is about, as the user names it."""
    named = {str(target.temporary): target.write.path for target in targets}
    named |= {str(target.real): target.write.path for target in targets}
    culprit = os.fsdecode(error.filename) if error.filename else ""
    return named.get(culprit, culprit or "the disk")
