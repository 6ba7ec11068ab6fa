"""What each commit of a run will hold, worked out before anything is written.

A commit must hold the lines the tool changed and nothing else. Where a file on the disk is what
HEAD holds, the commit takes the new file. Where the user has changes of their own in it, the tool's
change (from the file before to the file after) is merged into HEAD's version, three ways; a change
that touches the user's lines does not merge, and is refused. A patch with context would be the
other way to do it, but could land on a like-looking place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lever_fix.apply.index import TreeEntry, index_entries, tree_entries
from lever_fix.apply.model import CommitStep
from lever_fix.apply.repo import Repository, ask, tell
from lever_fix.errors import ApplyError
from lever_fix.model import FileChange

_CONVERTING = (b"filter", b"ident", b"working-tree-encoding")

_KEEP_APART = "commit or stash your changes first, or apply without --commit"


@dataclass(frozen=True)
class StagedStep:
    """One commit to be made.

    Attributes:
        step: The codemod's part.
        entries: The files it changes, as the commit will hold them.
    """

    step: CommitStep
    entries: tuple[TreeEntry, ...]


@dataclass(frozen=True)
class Staging:
    """The commits to be made, and the user's index after them.

    Attributes:
        steps: Only those that change what HEAD holds.
        index: The entries that the user's index must hold afterwards.
    """

    steps: tuple[StagedStep, ...]
    index: tuple[TreeEntry, ...]


def stage_steps(repository: Repository, head: str, steps: Sequence[CommitStep]) -> Staging:
    """Work out the commits of a run, without touching a file, the index or a branch.

    Args:
        repository: Where the commits will go.
        head: The commit they will follow.
        steps: The codemods' parts; paths relative to the top of the work tree.

    Raises:
        ApplyError: A change cannot be told from the user's own uncommitted ones.
    """
    blobs = _store(repository, [change for step in steps for change in step.changes])
    tree = tree_entries(repository, head)
    now = dict(tree)
    staged = []
    for step in steps:
        entries = [_committed(repository, change, now, blobs) for change in step.changes]
        entries = [entry for entry in entries if now.get(entry.path) != entry]
        now.update((entry.path, entry) for entry in entries)
        if entries:
            staged.append(StagedStep(step, tuple(entries)))
    spans = _spans(change for step in steps for change in step.changes)
    index = index_entries(repository)
    after = [_indexed(repository, span, tree, now, index) for span in spans]
    return Staging(tuple(staged), tuple(entry for entry in after if entry is not None))


def carried(
    repository: Repository, base: TreeEntry, entry: TreeEntry, target: TreeEntry
) -> TreeEntry | None:
    """An index entry after the commit below it went from `base` to `target`.

    Returns:
        The target where nothing was staged, else what was staged on top of it; None where the two
        cannot be told apart.
    """
    if entry.blob == target.blob:
        return entry
    if entry.blob == base.blob:
        return TreeEntry(entry.path, entry.mode, target.blob)
    blob = _merged(repository, base.blob, entry.blob, target.blob)
    return None if blob is None else TreeEntry(entry.path, entry.mode, blob)


_Blobs = Mapping[bytes | None, str]


def _committed(
    repository: Repository,
    change: FileChange,
    now: Mapping[str, TreeEntry],
    blobs: Mapping[str, _Blobs],
) -> TreeEntry:
    entry, path = now.get(change.path), change.path
    before, after = blobs[path].get(change.before), blobs[path][change.after]
    if before is None:
        if entry is not None:
            raise ApplyError(f"{path}: HEAD holds it, but it was deleted here", _KEEP_APART)
        return TreeEntry(path, "100644", after)
    if entry is None:
        raise ApplyError(
            f"{path}: not in HEAD, so the change to it cannot be committed without the whole file",
            f"commit it first, or apply without --commit: git add {path}",
        )
    if not entry.mode.startswith("100"):
        raise ApplyError(f"{path}: HEAD holds no regular file there", "apply without --commit")
    blob = after if entry.blob == before else _merged(repository, before, entry.blob, after)
    if blob is None:
        raise ApplyError(
            f"{path}: the change touches lines that you changed and did not commit, "
            "so it cannot be committed alone",
            _KEEP_APART,
        )
    return TreeEntry(path, entry.mode, blob)


def _spans(changes: Iterable[FileChange]) -> list[FileChange]:
    """Each file once, from its first `before` to its last `after`."""
    spans: dict[str, FileChange] = {}
    for change in changes:
        first = spans.get(change.path, change)
        spans[change.path] = FileChange(path=change.path, before=first.before, after=change.after)
    return list(spans.values())


def _indexed(
    repository: Repository,
    span: FileChange,
    tree: Mapping[str, TreeEntry],
    now: Mapping[str, TreeEntry],
    index: Mapping[str, TreeEntry],
) -> TreeEntry | None:
    """What the user's index must hold for one file; None where it stays as it is."""
    path, entry = span.path, index.get(span.path)
    if span.before is None:
        return now[path]
    if entry is None:
        return None  # staged for deletion, and it stays so
    if entry.mode == "unmerged":
        raise ApplyError(f"{path}: has merge conflicts", "resolve them first")
    after = carried(repository, tree[path], entry, now[path])
    if after is None:
        raise ApplyError(f"{path}: the change touches lines that you staged", _KEEP_APART)
    return after


def _store(
    repository: Repository, changes: Sequence[FileChange]
) -> dict[str, dict[bytes | None, str]]:
    """Put all contents into the object database: the blob of each content, by path."""
    contents = dict.fromkeys(
        (change.path, data)
        for change in changes
        for data in (change.before, change.after)
        if data is not None
    )
    converting = _converting(repository, {path for path, _ in contents})
    # A carriage return may be git's to drop, by core.autocrlf or an attribute.
    plain = [key for key in contents if key[0] not in converting and b"\r" not in key[1]]
    stored = dict(zip(plain, _store_plain(repository, [data for _, data in plain]), strict=True))
    blobs: dict[str, dict[bytes | None, str]] = {}
    for path, data in contents:
        blob = stored.get((path, data)) or _store_converted(repository, path, data)
        blobs.setdefault(path, {})[data] = blob
    return blobs


def _converting(repository: Repository, paths: Iterable[str]) -> set[str]:
    """The files that git converts on their way from the disk to the database."""
    names = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    attributes = [name.decode() for name in _CONVERTING]
    answer = tell(repository, "check-attr", "-z", "--stdin", *attributes, stdin=names)
    fields = answer.output.split(b"\0")[:-1]
    return {
        path.decode("utf-8", "surrogateescape")
        for path, value in zip(fields[::3], fields[2::3], strict=True)
        if value not in (b"unspecified", b"unset")
    }


def _store_plain(repository: Repository, contents: Sequence[bytes]) -> list[str]:
    """Many contents by one process, because each start of git costs as much as fifty blobs."""
    if not contents:
        return []
    with tempfile.TemporaryDirectory(prefix="lever-fix-") as folder:
        files = [Path(folder, str(number)) for number in range(len(contents))]
        for file, data in zip(files, contents, strict=True):
            file.write_bytes(data)
        names = "".join(f"{file}\n" for file in files).encode()
        command = ("hash-object", "-w", "--no-filters", "--stdin-paths")
        return tell(repository, *command, stdin=names).output.decode().split()


def _store_converted(repository: Repository, path: str, data: bytes) -> str:
    command = ("hash-object", "-w", "--stdin", f"--path={path}")
    return tell(repository, *command, stdin=data).line


def _merged(repository: Repository, base: str, ours: str, theirs: str) -> str | None:
    """The blob with both changes; None where they touch."""
    with tempfile.TemporaryDirectory(prefix="lever-fix-") as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for file, blob in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(tell(repository, "cat-file", "blob", blob).output)
        answer = ask(repository, "merge-file", "-p", "-q", *map(str, files))
    if answer.status:
        return None
    return _store_plain(repository, [answer.output])[0]
