"""One analysis: every file through every codemod, and the decisions over the whole project."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import msgspec

from lever_fix import __version__
from lever_fix.codemod import Codemod
from lever_fix.config import ignored_on
from lever_fix.engine.analyse import Scanned, guarded, levelled
from lever_fix.engine.chunks import portions
from lever_fix.engine.fingerprint import with_fingerprints
from lever_fix.engine.foresight import Forecast, foreseen
from lever_fix.engine.indexer import Indexer, size_of
from lever_fix.engine.kept import Kept
from lever_fix.engine.scanning import Looked, ScanJob, scan_jobs
from lever_fix.engine.workers import Workers
from lever_fix.index.project import Project
from lever_fix.index.reliance import NOTHING, THE_WHOLE
from lever_fix.model import Finding, Plan, Problem, Refusal
from lever_fix.registry import load
from lever_fix.semantics.module import Module, collector_off
from lever_fix.settings import Settings
from lever_fix.sources import SourceFile, decode, digest, read
from lever_fix.suppress import (
    MARK,
    UNUSED,
    Shape,
    Suppressed,
    filter_findings,
    read_suppressions,
    unused_suppressions,
)


@dataclass
class Run:
    """The files of one run with their configuration, and what is known of them so far.

    Attributes:
        workers: Where the work is done.
        groups: The group of settings of each file, by path.
        cache_dir: Where outcomes are kept; None for nowhere.
        overlay: Bytes of files as they would be on disk, by path: later rounds see them.
        suppressed: What comments blocked in the last plan.
        heard: Told how many files are scanned, whenever some more are.
        project: The files that the index is made of; those of the run where none are given.
    """

    workers: Workers
    groups: Mapping[str, int]
    cache_dir: Path | None = None
    overlay: dict[str, bytes] = field(default_factory=dict)
    suppressed: tuple[Suppressed, ...] = ()
    heard: Callable[[int], None] | None = None
    project: Sequence[str] = ()
    _scanned: dict[str, Scanned] = field(default_factory=dict)
    _unsure: dict[str, Scanned] = field(default_factory=dict)
    """What was found in files that are as they were, and holds if what it relies on does."""

    @cached_property
    def indexer(self) -> Indexer:
        """The index of the project, made when a codemod needs it."""
        paths = sorted({*self.project, *self.groups})
        return Indexer(self.workers, paths, self.data, self.cache_dir)

    @property
    def root(self) -> Path:
        """The root of the run."""
        return self.workers.bench.root

    @cached_property
    def once(self) -> frozenset[str]:
        """Ids of the codemods whose results they are not run on again."""
        every = (one for group in self.workers.bench.codemods for one in group)
        return frozenset(one.id for one in every if one.once)

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
            with open(f"{self.root}/{path}", "rb") as file:
                return file.read()
        except OSError:
            return None

    def note(self, path: str, findings: Sequence[Finding]) -> bytes:
        """What was noted of a file; empty where its findings are not the ones it was noted of."""
        scanned = self._scanned.get(path)
        if scanned is None or len(findings) != len(scanned.outcome.findings):
            return b""
        same = all(map(operator.is_, findings, scanned.outcome.findings))
        return scanned.note if same else b""

    def plan(self) -> Plan:
        """Scan what has not been scanned, and decide over all of it."""
        missing = [path for path in self.groups if path not in self._scanned]
        if not self._scanned and not self._unsure and self.cache_dir is not None:
            on_disk = [path for path in missing if path not in self.overlay]
            self._scan_cached(self.cache_dir, on_disk)
            missing = [path for path in missing if path in self.overlay]
        self._scan_in_portions(missing)
        return self._planned(list(self._decide()))

    def so_far(self) -> Plan:
        """The plan of what is scanned; comments that block nothing yet are not called unused."""
        plan = self._planned([])
        known = tuple(one for one in plan.findings if one.codemod != UNUSED)
        return msgspec.structs.replace(plan, findings=known)

    def _planned(self, decided: Sequence[Finding | Refusal | Problem]) -> Plan:
        scanned = [self._scanned[path] for path in sorted(self._scanned)]
        findings, refusals, problems = _gathered(scanned, decided, self.source)
        self.suppressed = ()
        touched = _touched(findings)
        if marked := list(self._marked(scanned, touched)):
            findings, more = self._unsuppressed(findings, problems, marked)
            touched = _touched(findings)
            problems += more
        if decided or marked:  # those of the files are in order
            findings.sort(key=_position)
        return Plan(
            tool=__version__,
            files=self._digests(touched),
            findings=tuple(findings),
            refusals=tuple(refusals),
            problems=tuple(problems),
            checked=len(scanned),
            suppressed=len(self.suppressed),
        )

    def _marked(self, scanned: Sequence[Scanned], touched: set[str]) -> Iterator[str]:
        """The files that may hold suppression comments, in reach of the run or of a finding."""
        yield from (one.outcome.path for one in scanned if one.marked)
        for path in sorted(touched - self._scanned.keys()):
            if MARK in (self.data(path) or b""):
                yield path

    def _unsuppressed(
        self, findings: Sequence[Finding], problems: Sequence[Problem], marked: Sequence[str]
    ) -> tuple[list[Finding], list[Problem]]:
        """The findings that no comment blocks, and those about comments that block nothing."""
        known = load(self.workers.context.extra, self.root)
        read = (read_suppressions(self.source(path), _shape, known) for path in marked)
        files = {one.source.path: one for one in read if one is not None}
        filtered = filter_findings(findings, files.get)
        self.suppressed = filtered.suppressed
        unused: list[Finding] = []
        for path, one in files.items():
            if path in self.groups:
                ran = self._ran(path, problems)
                unused += unused_suppressions([one], filtered.suppressed, ran)
        unused = [levelled(one, self._settings(one)) for one in unused]
        kept = [*filtered.kept, *_fingerprinted(unused, self.source)]
        return kept, [found for one in files.values() for found in one.problems]

    def _ran(self, path: str, problems: Sequence[Problem]) -> set[str]:
        """The codemods whose comments in a file can be told to block nothing."""
        group = self.workers.context.groups[self.groups[path]]
        settings = group.settings
        asked = settings.select is None or UNUSED in (*settings.select, *settings.extend_select)
        if not asked or UNUSED in settings.ignore or UNUSED in ignored_on(settings, path):
            return set()
        # A codemod that failed to decide failed for every file.
        failed = [one for one in problems if one.path == path or one.path not in self.groups]
        if any(not one.codemod for one in failed):
            return set()  # nothing was found in it, as it does not parse
        return {*group.ids} - {one.codemod for one in failed}

    def _digests(self, touched: set[str]) -> dict[str, str]:
        """The SHA-256 of every file that a finding touches, in reach of the run or not."""
        digests: dict[str, str] = {}
        for path in sorted(touched):
            if path in self._scanned:
                digests[path] = self._scanned[path].outcome.sha256
            elif (data := self.data(path)) is not None:
                digests[path] = digest(data)
        return digests

    def forecast(self, path: str, findings: Sequence[Finding]) -> Forecast | None:
        """What becomes of a file by making the findings, where that is known already."""
        return foreseen(self._scanned.get(path), findings)

    def replace(
        self, texts: Mapping[str, bytes], known: Mapping[str, Scanned] | None = None
    ) -> None:
        """See these bytes in place of what is on disk, and forget what was found there.

        Args:
            texts: The new bytes of files.
            known: What is found in some of them, where that is known already.
        """
        self.overlay = {**self.overlay, **texts}
        self._forget(texts)
        self._scanned.update(known or {})

    def forget(self, paths: Iterable[str]) -> None:
        """Forget what was found in files that changed on the disk."""
        changed = set(paths)
        self.overlay = {path: data for path, data in self.overlay.items() if path not in changed}
        self._forget(changed)

    def restore(self, overlay: Mapping[str, bytes]) -> None:
        """Go to another overlay, mostly an earlier one; forget what was found in what differs."""
        both = {*self.overlay, *overlay}
        changed = [path for path in both if self.overlay.get(path) is not overlay.get(path)]
        self.overlay = dict(overlay)
        self._forget(changed)

    def _forget(self, paths: Iterable[str]) -> None:
        """Forget what was found in files that have changed, and doubt what relies on others."""
        changed = set(paths)
        for path in changed:
            self._scanned.pop(path, None)
            self._unsure.pop(path, None)
        if changed and self.indexer.is_wanted:
            self.indexer.forget(changed)
            for path, scanned in list(self._scanned.items()):
                if scanned.reliance != NOTHING:
                    del self._scanned[path]
                    if scanned.reliance != THE_WHOLE:
                        self._unsure[path] = scanned

    def _scan_in_portions(self, paths: Sequence[str]) -> None:
        """Scan files; where somebody listens, some at a time."""
        size = partial(size_of, self.root, overlay=self.overlay)
        for portion in portions(paths, size) if self.heard else [paths]:
            self._scan(portion)
            if self.heard:
                self.heard(len(self._scanned))

    def _scan(self, paths: Sequence[str]) -> None:
        with collector_off():  # the facts of a project are many small objects, and none is a circle
            if self.indexer.is_wanted and any(self._asks(path) for path in paths):
                self.indexer.ensure(self.overlay)
            jobs = [self._job(path) for path in paths]
            sizes = [size_of(self.root, path, self.overlay) for path in paths]
            together = self.indexer.is_wanted
            looked = self.workers.map(scan_jobs, jobs, sizes, Looked, together=together)
        for path, one in zip(paths, looked, strict=True):
            known = self._unsure.pop(path, None)
            found = one.scanned or known
            assert found is not None
            self._scanned[path] = found

    def _job(self, path: str) -> ScanJob:
        known = self._unsure.get(path)
        reliance = known.reliance if known else NOTHING
        return ScanJob(path, self.groups[path], self.overlay.get(path), reliance)

    def _asks(self, path: str) -> bool:
        """Whether a codemod will look at a file that asks about the project."""
        codemods = self.workers.bench.codemods[self.groups[path]]
        words = [word for one in codemods if one.index for word in one.triggers]
        data = self.data(path) if words else None
        return data is not None and any(word in data for word in words)

    def _scan_cached(self, directory: Path, paths: Sequence[str]) -> None:
        kept = Kept(directory, self.workers.context)
        self._scanned, self._unsure = kept.outcomes(paths, self.groups, self.indexer)
        missing = [path for path in paths if path not in self._scanned]
        self._scan_in_portions(missing)
        new = {path: self._scanned[path] for path in missing}
        kept.store(new, self.groups, self.indexer)

    def _decide(self) -> Iterable[Finding | Refusal | Problem]:
        """The deciding step of every codemod that sees the project as a whole."""
        for codemod, group in self._deciding():
            raw = {
                path: scanned.facts[codemod.id]
                for path, scanned in sorted(self._scanned.items())
                if codemod.id in scanned.facts
            }
            if not raw:
                continue
            if codemod.index:
                self.indexer.ensure(self.overlay)
            project = self.workers.bench.projects[group][codemod.id]
            for found in guarded(codemod, "", _decided, codemod, raw, project):
                if isinstance(found, Problem):
                    yield found
                elif self.data(found.path) is None:
                    message = f"'{codemod.id}' reports on a file that is not there"
                    yield Problem(path=found.path, codemod=codemod.id, message=message)
                elif isinstance(found, Finding):
                    yield levelled(found, self._settings(found))
                else:
                    yield found

    def _settings(self, finding: Finding) -> Settings:
        return self.workers.bench.settings[self.groups.get(finding.path, 0)]

    def _deciding(self) -> Iterable[tuple[Codemod, int]]:
        """Each deciding codemod once, with the first group that runs it."""
        seen: set[str] = set()
        for group, codemods in enumerate(self.workers.bench.codemods):
            for codemod in codemods:
                if codemod.decides and codemod.id not in seen:
                    seen.add(codemod.id)
                    yield codemod, group


def _decided(
    codemod: Codemod, raw: Mapping[str, msgspec.Raw], project: Project
) -> Iterable[Finding | Refusal]:
    decoder = msgspec.msgpack.Decoder(codemod.facts)
    return codemod.function({path: decoder.decode(fact) for path, fact in raw.items()}, project)


def _gathered(
    scanned: Sequence[Scanned],
    decided: Sequence[Finding | Refusal | Problem],
    source: Callable[[str], SourceFile],
) -> tuple[list[Finding], list[Refusal], list[Problem]]:
    """What all files and all decisions led to."""
    outcomes = [one.outcome for one in scanned]
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    refusals = [refusal for outcome in outcomes for refusal in outcome.refusals]
    problems = [found for outcome in outcomes for found in outcome.problems]
    findings += _fingerprinted([one for one in decided if isinstance(one, Finding)], source)
    refusals += [one for one in decided if isinstance(one, Refusal)]
    problems += [one for one in decided if isinstance(one, Problem)]
    return findings, refusals, problems


def _touched(findings: Iterable[Finding]) -> set[str]:
    found: set[str] = set()
    for one in findings:
        found.add(one.path)
        if one.fix is not None:
            for edit in one.fix.edits:
                found.add(edit.path)  # a list for each finding costs more
            for need in one.fix.needs:
                found.add(need.path)
    return found


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
