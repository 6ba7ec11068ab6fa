"""Files scanned in a worker: read, looked at by every codemod, noted, and thought ahead of."""

from __future__ import annotations

import msgspec

from lever_fix.engine.analyse import Scanned, problem, scan_file
from lever_fix.engine.foresight import with_forecast
from lever_fix.engine.workers import Workbench
from lever_fix.errors import SourceError
from lever_fix.index.reliance import NOTHING, holds
from lever_fix.model import FileOutcome, Value
from lever_fix.semantics.module import collector_off
from lever_fix.sources import decode, read


class ScanJob(Value, frozen=True):
    """One file to scan.

    Attributes:
        path: The file.
        group: Its codemods and settings.
        data: What it holds instead of what is on disk, where that is known.
        reliance: What an outcome that is known of it relies on in other files: it is not scanned
            where that still holds.
    """

    path: str
    group: int
    data: bytes | None = None
    reliance: bytes = NOTHING


class Looked(Value, frozen=True):
    """What a look at a file led to; nothing where what is known of it holds."""

    scanned: Scanned | None = None


def scan_jobs(bench: Workbench, jobs: list[ScanJob]) -> list[Looked]:
    """Scan files, where that is needed.

    What cannot be read or decoded becomes a problem of its outcome.
    """
    with collector_off():  # trees are large, acyclic enough, and short-lived
        return [_look(bench, job) for job in jobs]


def _look(bench: Workbench, job: ScanJob) -> Looked:
    if job.reliance != NOTHING and holds(job.reliance, bench.index):
        return Looked()
    return Looked(_scan_job(bench, job))


def _scan_job(bench: Workbench, job: ScanJob) -> Scanned:
    try:
        source = read(bench.root, job.path) if job.data is None else decode(job.path, job.data)
    except SourceError as error:
        return Scanned(outcome=FileOutcome(path=job.path, problems=(problem(job.path, error),)))
    group = job.group
    scanned = scan_file(source, bench.codemods[group], bench.projects[group], bench.settings[group])
    if bench.foresight is not None:
        scanned = with_forecast(bench, group, source, scanned)
    if bench.note is None or not scanned.outcome.findings:
        return scanned
    note = bench.note(source, scanned.outcome.findings)
    return msgspec.structs.replace(scanned, note=note)
