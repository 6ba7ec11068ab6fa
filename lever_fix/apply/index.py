"""The index of a repository, and the trees it is compared with."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lever_fix.apply import durable
from lever_fix.apply.repo import Repository, ask, tell
from lever_fix.errors import ApplyError


@dataclass(frozen=True)
class TreeEntry:
    """A file as a tree or an index holds it."""

    path: str
    mode: str
    blob: str


ABSENT = "0" * 6
"""The mode that takes a path out of an index."""


def index_entries(
    repository: Repository, environment: Mapping[str, str] | None = None
) -> dict[str, TreeEntry]:
    """The index by path; a path with merge conflicts has the mode `unmerged`."""
    answer = tell(repository, "ls-files", "--stage", "-z", environment=environment)
    entries = {}
    for line in answer.output.split(b"\0")[:-1]:
        facts, _, path = line.partition(b"\t")
        mode, blob, stage = facts.decode().split()
        name = os.fsdecode(path)
        entries[name] = TreeEntry(name, mode if stage == "0" else "unmerged", blob)
    return entries


def tree_entries(repository: Repository, commit: str) -> dict[str, TreeEntry]:
    """The files of a commit by path."""
    answer = tell(repository, "ls-tree", "-r", "-z", "--full-tree", commit)
    entries = {}
    for line in answer.output.split(b"\0")[:-1]:
        facts, _, path = line.partition(b"\t")
        mode, _, blob = facts.decode().split()
        name = os.fsdecode(path)
        entries[name] = TreeEntry(name, mode, blob)
    return entries


def write_index(
    repository: Repository,
    entries: Iterable[TreeEntry],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Put entries into an index: the user's, or the one the environment names."""
    lines = [
        f"{entry.mode} {entry.blob}\t".encode() + os.fsencode(entry.path) + b"\0"
        for entry in entries
    ]
    if lines:
        command = ("update-index", "-z", "--index-info")
        tell(repository, *command, stdin=b"".join(lines), environment=environment)


def refresh_index(repository: Repository) -> None:
    """Let the index know the files' times; it fails where files differ, which is no failure."""
    ask(repository, "update-index", "-q", "--refresh")


def save_index(repository: Repository) -> bytes | None:
    """The user's index as it is, for `put_index_back`."""
    path = repository.git_dir / "index"
    return path.read_bytes() if path.exists() else None


def put_index_back(repository: Repository, saved: bytes | None) -> None:
    """Give the user's index the bytes it had.

    Raises:
        ApplyError: Another git command holds it.
    """
    if saved is None or save_index(repository) == saved:
        return
    lock = repository.git_dir / "index.lock"
    try:
        durable.sync_and_close(durable.create(lock, saved))
    except FileExistsError as error:
        raise ApplyError(
            f"{lock}: another git command is at work here", "wait until it is done"
        ) from error
    lock.replace(repository.git_dir / "index")
