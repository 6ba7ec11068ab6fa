"""A second work tree of a repository, for as long as something is tried out in it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lever_fix.apply.interrupt import interruptible, undisturbed
from lever_fix.apply.place import locate
from lever_fix.apply.repo import Repository, ask, head_commit, open_repository, tell
from lever_fix.errors import ApplyError

_NAME = re.compile(r"lever-fix-(?P<process>\d+)-[0-9a-f]{8}")
_SUBMODULE = b"160000 "
# A checkout runs `post-checkout`, which is meant for work trees that somebody works in.
_QUIETLY = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


@contextmanager
def temporary_worktree(root: Path) -> Iterator[Path]:
    """A detached work tree of the repository that `root` lies in, at HEAD.

    It is gone when the block ends, however it ends; one that `kill -9` left goes at the next call.

    Raises:
        ApplyError: There is no repository or no commit, or git refuses.
    """
    repository = open_repository(locate(root))
    assert repository is not None
    head = head_commit(repository)
    if head is None:
        raise ApplyError(
            "there is no commit yet, so there is no tree to try a change on",
            "make a first commit",
        )
    _remove_abandoned(repository)
    name = f"lever-fix-{os.getpid()}-{secrets.token_hex(4)}"
    directory = Path(tempfile.gettempdir()).resolve() / name
    with interruptible():
        try:
            with undisturbed():
                add = ("worktree", "add", "--quiet", "--detach", str(directory), head)
                tell(repository, *_QUIETLY, *add)
            yield directory
        finally:
            with undisturbed():
                _remove(repository, directory)


def uncommitted(root: Path) -> tuple[list[str], list[str]]:
    """What a work tree holds besides its last commit: changed tracked files, and untracked ones.

    Files that are ignored are not among them. Paths are relative to the top of the work tree.

    Raises:
        ApplyError: git refuses.
    """
    repository = open_repository(locate(root))
    assert repository is not None
    difference = ("diff", "--name-only", "-z", "--no-renames", "--ignore-submodules=all", "HEAD")
    changed = tell(repository, "-c", "core.fsmonitor=false", *difference, "--").output
    listing = ("ls-files", "-z", "--others", "--exclude-standard")
    others = tell(repository, "-c", "core.fsmonitor=false", *listing).output
    return _names(changed), _names(others)


def submodule_files(root: Path) -> tuple[list[str], list[str]]:
    """What a second work tree misses, because git makes it without submodules.

    Returns:
        The tracked files of the submodules that are checked out here, however deep, relative to
        the top of the work tree; and the submodules that are not.

    Raises:
        ApplyError: git refuses.
    """
    repository = open_repository(locate(root))
    assert repository is not None
    quiet = ("-c", "core.fsmonitor=false", "ls-files", "--stage", "-z")
    listed = tell(repository, *quiet).output
    if not any(line.startswith(_SUBMODULE) for line in listed.split(b"\0")):
        return [], []
    own = set(listed.split(b"\0"))
    deep = tell(repository, *quiet, "--recurse-submodules").output.split(b"\0")
    missing = _paths(line for line in deep if line.startswith(_SUBMODULE))
    files = _paths(line for line in deep if line not in own and not line.startswith(_SUBMODULE))
    return files, missing


def _paths(lines: Iterable[bytes]) -> list[str]:
    return [os.fsdecode(line.partition(b"\t")[2]) for line in lines if line]


def _names(output: bytes) -> list[str]:
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def _remove(repository: Repository, directory: Path) -> None:
    # Twice: a work tree that was interrupted while it was made is locked.
    done = ask(repository, *_QUIETLY, "worktree", "remove", "--force", "--force", str(directory))
    if done.status:
        shutil.rmtree(directory, ignore_errors=True)
        ask(repository, "worktree", "unlock", str(directory))
        ask(repository, "worktree", "prune")


def _remove_abandoned(repository: Repository) -> None:
    """Remove the work trees of processes that are no more."""
    listed = tell(repository, "worktree", "list", "--porcelain").output
    for line in os.fsdecode(listed).splitlines():
        path = Path(line.removeprefix("worktree "))
        match = _NAME.fullmatch(path.name) if line.startswith("worktree ") else None
        if match and not is_alive(int(match["process"])):
            _remove(repository, path)


def remove_strays() -> None:
    """Remove the work trees of processes that are no more whose repositories are gone, too."""
    for path in Path(tempfile.gettempdir()).glob("lever-fix-*"):
        match = _NAME.fullmatch(path.name)
        if match and not is_alive(int(match["process"])) and not _repository_of(path).exists():
            shutil.rmtree(path, ignore_errors=True)


def _repository_of(worktree: Path) -> Path:
    """What a work tree says is its part of a repository; itself where it does not say."""
    try:
        said = (worktree / ".git").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return worktree
    return Path(said.removeprefix("gitdir:").strip())


def is_alive(process: int) -> bool:
    """Whether a process of this machine may still be at work."""
    if sys.platform == "win32":
        return True  # where signal 0 would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
