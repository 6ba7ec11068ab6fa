"""One analysis: every file through every codemod, and the decisions over the whole project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from lever_fix import __version__
from lever_fix.codemod import Codemod
from lever_fix.engine import cache
from lever_fix.engine.analyse import Scanned, guarded, levelled, problem, scan_file
from lever_fix.engine.fingerprint import with_fingerprints
from lever_fix.engine.workers import Workbench, Workers
from lever_fix.errors import SourceError
from lever_fix.model import FileOutcome, Finding, Plan, Problem, Refusal, Value
from lever_fix.registry import load
from lever_fix.semantics.module import Module
from lever_fix.settings import Settings
from lever_fix.sources import SourceFile, decode, digest, read
from lever_fix.suppress import (
    UNUSED,
    Shape,
    filter_findings,
    read_suppressions,
    unused_suppressions,
)


class Job(Value, frozen=True):
    """One file to scan: what it holds instead of what is on disk, where that is known."""

    path: str
    group: int
    data: bytes | None = None


@dataclass
class Run:
    """The files of one run with their configuration, and what is known of them so far.

    Attributes:
        workers: Where the work is done.
        groups: The group of settings of each file, by path.
        cache_dir: Where outcomes are kept; None for nowhere.
        overlay: Bytes of files as they would be on disk, by path: later rounds see them.
        progress: Called with the number of files done.
    """

    workers: Workers
    groups: Mapping[str, int]
    cache_dir: Path | None = None
    overlay: dict[str, bytes] = field(default_factory=dict)
    _scanned: dict[str, Scanned] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The root of the run."""
        return self.workers.bench.root

    def source(self, path: str) -> SourceFile:
        """A file as the run sees it.

        Raises:
            SourceError: It cannot be read or decoded.
        """
        if path in self.overlay:
            return decode(path, self.overlay[path])
        return read(self.root, path)

    def data(self, path: str) -> bytes | None:
        """The bytes of a file as the run sees it; None where there is no such file."""
        if path in self.overlay:
            return self.overlay[path]
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return None

    def plan(self) -> Plan:
        """Scan what has not been scanned, and decide over all of it."""
        missing = [path for path in self.groups if path not in self._scanned]
        if not self._scanned and self.cache_dir is not None:
            self._scan_cached(missing)
        else:
            self._scan(missing)
        decided = list(self._decide())
        scanned = [self._scanned[path] for path in sorted(self._scanned)]
        plan = _plan(scanned, decided, self.source)
        marked = [one.outcome.path for one in scanned if one.marked]
        return self._suppressed(plan, marked) if marked else plan

    def _suppressed(self, plan: Plan, marked: Sequence[str]) -> Plan:
        """The plan without what comments suppress, and with the comments that suppress nothing."""
        known = load(self.workers.context.extra, self.root)
        read = (read_suppressions(self.source(path), _shape, known) for path in marked)
        files = {one.source.path: one for one in read if one is not None}
        filtered = filter_findings(plan.findings, files.get)
        unused: list[Finding] = []
        for path, one in files.items():
            group = self.workers.context.groups[self.groups[path]]
            if UNUSED not in group.settings.ignore:
                unused += unused_suppressions([one], filtered.suppressed, group.ids)
        findings = [*filtered.kept, *_fingerprinted(unused, self.source)]
        return msgspec.structs.replace(
            plan,
            findings=tuple(sorted(findings, key=_position)),
            files={
                **plan.files,
                **{one.path: self._scanned[one.path].outcome.sha256 for one in unused},
            },
            problems=(*plan.problems, *(found for one in files.values() for found in one.problems)),
            suppressed=len(filtered.suppressed),
        )

    def replace(self, texts: Mapping[str, bytes]) -> None:
        """See these bytes in place of what is on disk, and forget what was found there."""
        self.overlay.update(texts)
        for path in texts:
            self._scanned.pop(path, None)

    def _scan(self, paths: Sequence[str]) -> None:
        jobs = [Job(path, self.groups[path], self.overlay.get(path)) for path in paths]
        sizes = [_size(self.root, job) for job in jobs]
        self._scanned.update(
            zip(paths, self.workers.map(scan_jobs, jobs, sizes, Scanned), strict=True)
        )

    def _scan_cached(self, paths: Sequence[str]) -> None:
        assert self.cache_dir is not None
        key = cache.key_of(self.workers.context)
        stored = cache.read(self.cache_dir, key)
        fresh = [path for path in paths if self._is_fresh(path, stored.get(path))]
        try:
            known = zip(fresh, cache.decode(stored[path] for path in fresh), strict=True)
            self._scanned.update(known)
        except msgspec.DecodeError:
            fresh = []
        stale = sorted(set(paths).difference(fresh))
        self._scan(stale)
        if stale or len(stored) != len(paths):
            # What cannot be read today may be readable tomorrow under the same bytes.
            entries = {
                path: stored[path] if path in stored and path not in stale else one
                for path in paths
                if (one := cache.entry(self._scanned[path], self.groups[path])).sha256
            }
            cache.write(self.cache_dir, key, entries)

    def _is_fresh(self, path: str, entry: cache.Entry | None) -> bool:
        if entry is None or entry.group != self.groups[path]:
            return False
        try:
            with open(f"{self.root}/{path}", "rb") as handle:
                return digest(handle.read()) == entry.sha256
        except OSError:
            return False

    def _decide(self) -> Iterable[Finding | Refusal | Problem]:
        """The deciding step of every codemod that sees the project as a whole."""
        for codemod, projects in self._deciding():
            facts: dict[str, Any] = {
                path: msgspec.msgpack.decode(scanned.facts[codemod.id], type=codemod.facts)
                for path, scanned in sorted(self._scanned.items())
                if codemod.id in scanned.facts
            }
            if facts:
                for found in guarded(codemod, "", codemod.function, facts, projects):
                    yield (
                        levelled(found, self._settings(found))
                        if isinstance(found, Finding)
                        else found
                    )

    def _settings(self, finding: Finding) -> Settings:
        return self.workers.bench.settings[self.groups.get(finding.path, 0)]

    def _deciding(self) -> Iterable[tuple[Codemod, Any]]:
        """Each deciding codemod once, with the settings of the first group that runs it."""
        seen: set[str] = set()
        bench = self.workers.bench
        for codemods, projects in zip(bench.codemods, bench.projects, strict=True):
            for codemod in codemods:
                if codemod.scan is not None and codemod.id not in seen:
                    seen.add(codemod.id)
                    yield codemod, projects[codemod.id]


def scan_jobs(bench: Workbench, jobs: list[Job]) -> list[Scanned]:
    """Scan files; what cannot be read or decoded becomes a problem of its outcome."""
    return [_scan_job(bench, job) for job in jobs]


def _scan_job(bench: Workbench, job: Job) -> Scanned:
    try:
        source = read(bench.root, job.path) if job.data is None else decode(job.path, job.data)
    except SourceError as error:
        return Scanned(outcome=FileOutcome(path=job.path, problems=(problem(job.path, error),)))
    group = job.group
    return scan_file(source, bench.codemods[group], bench.projects[group], bench.settings[group])


def _size(root: Path, job: Job) -> int:
    if job.data is not None:
        return len(job.data)
    try:
        return os.stat(f"{root}/{job.path}").st_size  # noqa: PTH116 - ten times Path.stat
    except OSError:
        return 0


def _plan(
    scanned: Sequence[Scanned],
    decided: Sequence[Finding | Refusal | Problem],
    source: Callable[[str], SourceFile],
) -> Plan:
    outcomes = [one.outcome for one in scanned]
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    findings += _fingerprinted([one for one in decided if isinstance(one, Finding)], source)
    files = {outcome.path: outcome.sha256 for outcome in outcomes}
    touched = {finding.path for finding in findings}.union(
        *(finding.fix.paths() for finding in findings if finding.fix)
    )
    findings.sort(key=_position)
    return Plan(
        tool=__version__,
        files={path: files[path] for path in sorted(touched) if path in files},
        findings=tuple(findings),
        refusals=(
            *(refusal for outcome in outcomes for refusal in outcome.refusals),
            *(one for one in decided if isinstance(one, Refusal)),
        ),
        problems=(
            *(found for outcome in outcomes for found in outcome.problems),
            *(one for one in decided if isinstance(one, Problem)),
        ),
        checked=len(outcomes),
    )


def _position(finding: Finding) -> tuple[str, int, str]:
    return finding.path, finding.span.start, finding.codemod


def _shape(source: SourceFile) -> Shape:
    module = Module(source)

    def enclosing(offset: int) -> Iterator[int]:
        return (block.start for block in module.enclosing(offset))

    return Shape(module.lexed.comments, module.lexed.statement_at, enclosing)


def _fingerprinted(
    findings: list[Finding], source: Callable[[str], SourceFile]
) -> Iterable[Finding]:
    for path in sorted({finding.path for finding in findings}):
        own = [finding for finding in findings if finding.path == path]
        yield from with_fingerprints(Module(source(path)), own)
