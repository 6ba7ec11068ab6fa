"""Take a run back, byte for byte, however it ended."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lever_fix.apply import journal
from lever_fix.apply.commits import leave_branch
from lever_fix.apply.index import put_index_back, refresh_index, save_index, write_index
from lever_fix.apply.lock import exclusive
from lever_fix.apply.model import Checkout, Run, RunState, Undone
from lever_fix.apply.place import Place, locate
from lever_fix.apply.repo import Repository, head_commit, open_repository
from lever_fix.apply.takeback import (
    Standing,
    index_taken_back,
    move_branch,
    own_commits,
    revert,
    standing,
)
from lever_fix.apply.write import (
    Write,
    check,
    digest_on_disk,
    remove_directories,
    remove_leftovers,
    write_all,
)
from lever_fix.errors import ApplyError, UndoError


def undo(root: Path, run_id: str | None = None) -> Undone:
    """Take back the last run that was not undone yet, or the one that is named.

    Works after `kill -9` in the middle of an apply or of an undo, too: each file is then either
    as before or as after the run.

    Raises:
        UndoError: A file was edited since, the journal is damaged, there is no such run, or git
            refuses; everything stays as it is.
    """
    place = locate(root)
    if not journal.list_runs(root):
        raise UndoError(f"{place.top}: there is no run to undo here")
    try:
        with exclusive(place.home):
            run = _chosen(place, run_id)
            undone = _take_back(place, run, journal.load_images(place, run))
            state = msgspec.structs.replace(run, state=RunState.UNDONE, reverts=undone.reverts)
            journal.update(place, state)
    except ApplyError as error:
        raise UndoError(error.message, error.hint) from error
    except OSError as error:
        raise UndoError(f"cannot undo: {error}", "mend that, then run undo again") from error
    return undone


def _chosen(place: Place, run_id: str | None) -> Run:
    if run_id is None:
        runs = [run for run in journal.list_runs(place.root) if run.state is not RunState.UNDONE]
        if not runs:
            raise UndoError("every run here is undone already", "lever-fix undo --list shows them")
        run_id = runs[0].id
    run = journal.load_run(place, run_id)
    if run.state is RunState.UNDONE:
        raise UndoError(f"run {run_id} is undone already", "lever-fix undo --list shows the runs")
    return run


def _take_back(place: Place, run: Run, images: Sequence[bytes | None]) -> Undone:
    # What a killed process left goes first: its names are those that restoring will use.
    remove_leftovers(place.top, run.paths, run.id)
    for left in place.home.glob(f"index-{run.id}*"):
        left.unlink(missing_ok=True)
    if run.checkout is None:
        undone = _restore_files(place, run, images)
    else:
        repository = open_repository(place)
        assert repository is not None
        undone = _take_commits_back(repository, run, run.checkout, images)
    remove_directories(place.top, map(os.fsdecode, run.directories))
    return undone


def _restore_files(place: Place, run: Run, images: Sequence[bytes | None]) -> Undone:
    writes = _restoring(place, run, images)
    write_all(place.top, writes, run.id)
    return Undone(run_id=run.id, paths=tuple(write.path for write in writes))


def _take_commits_back(
    repository: Repository, run: Run, checkout: Checkout, images: Sequence[bytes | None]
) -> Undone:
    commits = own_commits(repository, run, checkout)
    where = standing(repository, run.id, checkout, commits)
    if where is Standing.BEYOND:
        return Undone(run_id=run.id, paths=run.paths, reverts=revert(repository, commits))
    check(repository.place.top, _restoring(repository.place, run, images))
    entries = index_taken_back(repository, run, checkout, commits)
    index, head = save_index(repository), head_commit(repository) or checkout.head
    # Whatever can fail goes before the files, which come back all or not at all.
    try:
        write_index(repository, entries)
        if where is Standing.LAST:
            move_branch(repository, run.id, checkout.head, head)
        undone = _restore_files(repository.place, run, images)
    except (ApplyError, OSError, KeyboardInterrupt):
        if head_commit(repository) != head:
            move_branch(repository, run.id, head, checkout.head)
        put_index_back(repository, index)
        raise
    refresh_index(repository)
    if checkout.created:
        leave_branch(repository, checkout)
    moved = commits if where is Standing.LAST else ()
    return msgspec.structs.replace(undone, moved_back=moved)


def _restoring(place: Place, run: Run, images: Sequence[bytes | None]) -> list[Write]:
    """The files that are as after the run, to become as before; the others are there already.

    Raises:
        UndoError: A file is neither.
    """
    writes = []
    for entry, image in zip(run.entries, images, strict=True):
        now = digest_on_disk(place.top, entry.path)
        if now == entry.after:
            writes.append(Write(entry.path, image, now))
        elif now != entry.before:
            raise _edited(place, run, entry.path, deleted=now is None)
    return writes


def _edited(place: Place, run: Run, path: str, *, deleted: bool) -> UndoError:
    happened = "deleted" if deleted else "edited"
    later = [
        other.id
        for other in journal.list_runs(place.root)
        if other.id > run.id and other.state is not RunState.UNDONE and path in other.paths
    ]
    hint = (
        f"undo the later run first: lever-fix undo {later[0]}"
        if later
        else "put it back as the run left it, then undo again; nothing was restored"
    )
    return UndoError(f"{path}: {happened} since run {run.id}", hint)
