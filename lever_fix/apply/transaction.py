"""An apply as a whole: refuse early, journal, write, commit; or leave everything as it was."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lever_fix import __version__
from lever_fix.apply import journal
from lever_fix.apply.commits import check_committable, check_template, make_commits, restore_head
from lever_fix.apply.index import put_index_back, save_index
from lever_fix.apply.lock import exclusive
from lever_fix.apply.model import Applied, ApplyOptions, CommitStep, Entry, Run, RunState
from lever_fix.apply.place import Place, locate
from lever_fix.apply.repo import Repository, open_repository, refuse_dirty
from lever_fix.apply.staging import Staging, stage_steps
from lever_fix.apply.write import (
    Target,
    Write,
    check,
    digest_on_disk,
    missing_directories,
    remove_directories,
    write_all,
)
from lever_fix.errors import ApplyError
from lever_fix.model import FileChange
from lever_fix.sources import digest

_DEFAULTS = ApplyOptions()


@dataclass(frozen=True)
class _Job:
    """All that is known before the first write; paths are relative to the top."""

    place: Place
    repository: Repository | None
    changes: tuple[FileChange, ...]
    run: Run
    targets: Sequence[Target]
    staging: Staging | None
    index: bytes | None
    template: str = ""
    trailer: str = ""


def apply_changes(
    root: Path,
    changes: Iterable[FileChange],
    steps: Sequence[CommitStep] = (),
    options: ApplyOptions = _DEFAULTS,
) -> Applied:
    """Write all changes, and commit them where that is asked for, or do nothing at all.

    Args:
        root: The root of the run: what the changes' paths are relative to.
        changes: Every file once, from what was analysed to what is to be written.
        steps: The same changes codemod by codemod, in order; needed for commits, and for the
            counts that `list_runs` shows.
        options: What the user allowed and asked for.

    Raises:
        ApplyError: Refused, or failed and taken back; the message says why.
    """
    place = locate(root)
    repository = open_repository(place, options.allow_no_vcs)
    real = [change for change in changes if change.before != change.after]
    if not real:
        return Applied(run_id="", paths=())
    with exclusive(place.home):
        job = _prepare(place, repository, real, steps, options)
        _begin(job)
        try:
            commits = _carry_out(job)
        except (ApplyError, OSError, KeyboardInterrupt) as error:
            _roll_back(job, error)
            if isinstance(error, OSError):
                raise ApplyError(f"cannot apply: {error}; everything is as it was") from error
            raise
    branch = job.run.checkout.created or job.run.checkout.branch if job.run.checkout else ""
    paths = tuple(change.path for change in real)
    return Applied(run_id=job.run.id, paths=paths, commits=commits, branch=branch or "")


def _prepare(
    place: Place,
    repository: Repository | None,
    changes: Sequence[FileChange],
    steps: Sequence[CommitStep],
    options: ApplyOptions,
) -> _Job:
    """Everything that can be refused is refused here, before the first write."""
    strange = [
        _from_top(place, change).path
        for change in changes
        if (change.path, digest(change.before or b"")) not in options.own
    ]
    changes = [_from_top(place, change) for change in changes]
    committing = options.commit or bool(options.branch)
    check_template(options.message)
    if repository is not None:
        refuse_dirty(repository, strange, options.allow_dirty)
    run = _new_run(place, changes, steps)
    targets = check(place.top, _writes(changes), run.id)
    staging = None
    if committing:
        if repository is None:
            raise ApplyError("not in a git repository, so there is nothing to commit to")
        checkout = check_committable(repository, options.branch)
        own = [_step_from_top(place, step) for step in steps]
        _check_steps(own, changes)
        staging = stage_steps(repository, checkout.head, own)
        run = msgspec.structs.replace(run, checkout=checkout)
    index = save_index(repository) if repository is not None and staging is not None else None
    texts = (options.message, options.trailer)
    return _Job(place, repository, tuple(changes), run, targets, staging, index, *texts)


def _begin(job: _Job) -> None:
    try:
        journal.begin(job.place, job.run, [change.before for change in job.changes])
    except OSError as error:
        raise ApplyError(
            f"{job.place.home}: cannot write the journal: {error.strerror or error}; "
            "no file was touched",
            "check its permissions and the space on the disk",
        ) from error


def _carry_out(job: _Job) -> tuple[str, ...]:
    # Preparing commits takes time, in which files may change: then they are looked at once more.
    checked = job.targets if job.staging is None else None
    write_all(job.place.top, _writes(job.changes), job.run.id, checked)
    commits: tuple[str, ...] = ()
    if job.staging is not None:
        commits = _commit(job, job.staging)
    done = msgspec.structs.replace(job.run, state=RunState.DONE, commits=commits)
    journal.update(job.place, done)
    return commits


def _commit(job: _Job, staging: Staging) -> tuple[str, ...]:
    assert job.repository is not None
    assert job.run.checkout is not None
    try:
        texts = (job.run.id, job.template, job.trailer)
        commits = make_commits(job.repository, staging, job.run.checkout, *texts)
    except ApplyError as error:
        if touched := _touched(job):
            raise ApplyError(
                f"{error.message}\na hook also changed {touched}; that was taken back, too",
                error.hint,
            ) from error
        raise
    if touched := _touched(job):
        raise ApplyError(
            f"a hook changed {touched} while the commits were made, "
            "so the files would not be what was accepted",
            "apply without --commit, then commit yourself and let the hook have its way",
        )
    return commits


def _touched(job: _Job) -> str:
    """The files that are no longer what was written."""
    return ", ".join(
        change.path
        for change in job.changes
        if digest_on_disk(job.place.top, change.path) != digest(change.after)
    )


def _roll_back(job: _Job, cause: BaseException) -> None:
    """Put branch, index and files back; the journal goes only when all of it is done."""
    try:
        if job.repository is not None and job.run.checkout is not None:
            restore_head(job.repository, job.run.checkout)
            put_index_back(job.repository, job.index)
        write_all(job.place.top, _restoring(job), job.run.id)
        remove_directories(job.place.top, map(os.fsdecode, job.run.directories))
        journal.discard(job.place, job.run.id)
    except (ApplyError, OSError) as error:
        raise ApplyError(
            f"{cause}\nand taking it back failed: {error}",
            f"mend that, then run: lever-fix undo {job.run.id}",
        ) from cause


def _restoring(job: _Job) -> list[Write]:
    """Whatever stands there now goes: only a hook can have written it a moment ago."""
    writes = []
    for change in job.changes:
        now = digest_on_disk(job.place.top, change.path)
        if now != (None if change.before is None else digest(change.before)):
            writes.append(Write(change.path, change.before, now))
    return writes


def _writes(changes: Iterable[FileChange]) -> list[Write]:
    return [
        Write(change.path, change.after, None if change.before is None else digest(change.before))
        for change in changes
    ]


def _new_run(place: Place, changes: Sequence[FileChange], steps: Sequence[CommitStep]) -> Run:
    run_id, moment = journal.next_run_id(place)
    made = missing_directories(place.top, (change.path for change in changes))
    return Run(
        id=run_id,
        started=moment,
        tool=__version__,
        codemods=_counts(changes, steps),
        entries=tuple(
            Entry(
                os.fsencode(change.path),
                None if change.before is None else digest(change.before),
                digest(change.after),
            )
            for change in changes
        ),
        directories=tuple(map(os.fsencode, made)),
    )


def _counts(changes: Sequence[FileChange], steps: Sequence[CommitStep]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.codemod] = counts.get(step.codemod, 0) + sum(step.counts.values())
    if not steps:
        for codemod in (codemod for change in changes for codemod in change.codemods):
            counts[codemod] = counts.get(codemod, 0) + 1
    return counts


def _check_steps(steps: Iterable[CommitStep], changes: Iterable[FileChange]) -> None:
    """The commits must hold what is written, or the work tree would differ from them."""
    last = {change.path: change.after for step in steps for change in step.changes}
    if last != {change.path: change.after for change in changes}:
        raise ValueError("the steps do not lead to the changes")


def _step_from_top(place: Place, step: CommitStep) -> CommitStep:
    changes = tuple(_from_top(place, change) for change in step.changes)
    return msgspec.structs.replace(step, changes=changes)


def _from_top(place: Place, change: FileChange) -> FileChange:
    return msgspec.structs.replace(change, path=f"{place.prefix}{change.path}")
