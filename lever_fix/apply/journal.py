"""What a run is about to change, on the disk before the first write.

One directory per run, `runs/<run id>/`: `images.msgpack` holds the bytes of every file before the
run and never changes; `run.msgpack` is the small record (`model.Run`) whose state does.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from lever_fix.apply import durable
from lever_fix.apply.lock import is_held
from lever_fix.apply.model import JOURNAL_VERSION, Run, RunState
from lever_fix.apply.place import Place, locate
from lever_fix.errors import UndoError
from lever_fix.sources import digest

KEPT = 20
"""How many runs are kept; older ones can no longer be undone."""

_RECORD = "run.msgpack"
_IMAGES = "images.msgpack"
_ID = "%Y%m%d-%H%M%S"
_IS_ID = re.compile(r"\d{8}-\d{6}-\d{3}").fullmatch


def list_runs(root: Path) -> list[Run]:
    """The runs in the repository of `root` (or of `root` itself outside git), newest first.

    A run whose journal cannot be read is listed with the state `DAMAGED`.
    """
    return [_listed(folder) for folder in reversed(_folders(locate(root)))]


def interrupted_run(root: Path) -> Run | None:
    """The newest run, if it was cut short and nobody is at work on it now."""
    place = locate(root)
    folders = _folders(place)
    newest = _listed(folders[-1]) if folders else None
    if newest is None or newest.state is not RunState.PENDING or is_held(place.home):
        return None
    return newest


def next_run_id(place: Place) -> tuple[str, datetime]:
    """An id later than all others, also where the clock was set back."""
    moment = datetime.now(UTC)
    folders = _folders(place)
    if folders and _id(moment) <= folders[-1].name:
        moment = max(moment, _moment(folders[-1].name) + timedelta(milliseconds=1))
    return _id(moment), moment


def begin(place: Place, run: Run, images: Sequence[bytes | None]) -> None:
    """Put a new run and the bytes it is about to replace on the disk, in one step."""
    runs = place.home / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    _forget_old(place)
    draft = runs / f".{run.id}"
    draft.mkdir()
    for name, value in ((_IMAGES, images), (_RECORD, run)):
        data = msgspec.msgpack.encode(value)
        durable.sync_and_close(durable.create(draft / name, data))
    durable.sync_directory(draft)
    draft.rename(runs / run.id)
    durable.sync_directory(runs)


def update(place: Place, run: Run) -> None:
    """Replace the record of a run."""
    durable.replace(place.home / "runs" / run.id / _RECORD, msgspec.msgpack.encode(run))


def discard(place: Place, run_id: str) -> None:
    """Forget a run that changed nothing."""
    _remove(place.home / "runs" / run_id)


def load_images(place: Place, run: Run) -> tuple[bytes | None, ...]:
    """The bytes of the run's files before it, in the order of its entries.

    Raises:
        UndoError: They cannot be read, or are not the bytes that were written.
    """
    path = place.home / "runs" / run.id / _IMAGES
    try:
        images = msgspec.msgpack.decode(path.read_bytes(), type=tuple[bytes | None, ...])
    except (OSError, msgspec.DecodeError) as error:
        raise _damaged(path, error) from error
    digests = [None if image is None else digest(image) for image in images]
    if digests != [entry.before for entry in run.entries]:
        raise _damaged(path, "the digests do not match")
    return images


def load_run(place: Place, run_id: str) -> Run:
    """The record of one run.

    Raises:
        UndoError: There is no such run, or its record cannot be read.
    """
    folders = {folder.name: folder for folder in _folders(place)}
    if run_id not in folders:
        raise UndoError(f"there is no run {run_id} here", "lever-fix undo --list shows the runs")
    return _read(folders[run_id] / _RECORD)


def _read(path: Path) -> Run:
    try:
        data = path.read_bytes()
        version = msgspec.msgpack.decode(data, type=_Versioned).version
        if version > JOURNAL_VERSION:
            raise UndoError(
                f"{path}: written by a newer lever-fix (journal version {version})",
                "undo it with that version",
            )
        return msgspec.msgpack.decode(data, type=Run)
    except (OSError, msgspec.DecodeError) as error:
        raise _damaged(path, error) from error


class _Versioned(msgspec.Struct):
    version: int = JOURNAL_VERSION


def _listed(folder: Path) -> Run:
    try:
        return _read(folder / _RECORD)
    except UndoError:
        return Run(id=folder.name, started=_moment(folder.name), state=RunState.DAMAGED)


def _damaged(path: Path, cause: object) -> UndoError:
    return UndoError(
        f"{path}: the journal of this run is damaged: {cause}",
        f"restore the files from git, then delete {path.parent}",
    )


def _id(moment: datetime) -> str:
    return f"{moment.strftime(_ID)}-{moment.microsecond // 1000:03}"


def _moment(run_id: str) -> datetime:
    seconds, _, millisecond = run_id.rpartition("-")
    start = datetime.strptime(seconds, _ID).replace(tzinfo=UTC)
    return start + timedelta(milliseconds=int(millisecond))


def _folders(place: Place) -> list[Path]:
    try:
        entries = list((place.home / "runs").iterdir())
    except OSError:
        return []
    return sorted(entry for entry in entries if _IS_ID(entry.name))


def _forget_old(place: Place) -> None:
    for folder in _folders(place)[: 1 - KEPT]:
        _remove(folder)
    for draft in (place.home / "runs").glob(".*"):
        _remove(draft)


def _remove(folder: Path) -> None:
    # Under another name first: a run half removed must not look as if it could be undone.
    gone = (
        folder
        if folder.name.startswith(".")
        else folder.rename(folder.with_name(f".{folder.name}"))
    )
    shutil.rmtree(gone, ignore_errors=True)
