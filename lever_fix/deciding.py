"""Wires review to analysis and apply: what a person decided is made exactly, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import msgspec

from lever_fix import vcs
from lever_fix.apply.model import ApplyOptions
from lever_fix.decisions import (
    DEFAULT,
    DecisionsFile,
    Matched,
    decode_decisions,
    match_decisions,
)
from lever_fix.engine.indexer import size_of
from lever_fix.engine.rewriting import rewrite_jobs
from lever_fix.engine.settle import Settled
from lever_fix.errors import PlanError
from lever_fix.making import make
from lever_fix.model import Plan
from lever_fix.report.paths import Shown
from lever_fix.review.changes import decided
from lever_fix.review.desk import LOOKING, MAKING, WRITING, Desk, Watch, Written
from lever_fix.review.editor import edit_text
from lever_fix.sources import SourceFile, digest
from lever_fix.workflow import Session


def decisions_file(session: Session, named: Path | None) -> DecisionsFile:
    """The decisions that a session goes by: those in the file named, or the repository's.

    Raises:
        PlanError: It cannot be read.
    """

    @cache
    def who() -> str:
        return vcs.author(session.root)

    def stamp() -> tuple[str, str]:
        return who(), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    return DecisionsFile(named or session.root / DEFAULT, stamp)


def replayed(session: Session, plan: Plan, file: Path) -> tuple[Plan, Matched]:
    """The plan of exactly what a decisions file says, and which of its decisions hold.

    Decisions about files and codemods out of reach of this session are none of its business.

    Raises:
        PlanError: The file is not there or no decisions file.
    """
    every = decode_decisions(_read(file), str(file))
    known = {
        name: one
        for name, one in every.items()
        if one.codemod in session.chosen and one.path in session.run.groups
    }
    matched = match_decisions(plan.findings, known, session.source)
    return decided(plan, matched.decided, session.source), matched


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PlanError(
            f"{file}: cannot be read: {error.strerror}", "`lever-fix review` writes decisions"
        ) from error


Maker = Callable[[Session, Plan, Watch], Settled]
"""Makes the findings of a plan, in memory; one that verifies leaves out what fails."""


def make_exactly(session: Session, plan: Plan, _watch: Watch) -> Settled:
    """Make the findings of a plan, all of them and nothing else."""
    return make(session, plan, lambda _: True, once=True).settled


LONG = 3_000_000
"""Bytes of source from which on nobody waits for the end of an analysis to see its start."""


def is_long(session: Session) -> bool:
    """Whether it takes long enough to analyse that findings are to be shown as they come."""
    return sum(size_of(session.root, path, {}) for path in session.run.groups) > LONG


def heard_plan(session: Session, hear: Callable[[Plan, float], None]) -> Plan:
    """Analyse all files; tells what is found so far, and what share of the files that is."""
    total = max(1, len(session.run.groups))

    def listen(scanned: int) -> None:
        hear(session.narrowed(session.run.so_far()), scanned / total)

    session.run.heard = listen if is_long(session) else None
    try:
        return session.plan()
    finally:
        session.run.heard = None


@dataclass
class Hands:
    """What a review does to the world, for one session.

    Attributes:
        session: Whose files.
        options: What the user allowed.
        make: How findings are made.
        own: Digest of each file that this review wrote, as it wrote it.
        sources: The files that were shown, as they were analysed.
        seen: State of each file on the disk when it was last known to be what was analysed.
    """

    session: Session
    options: ApplyOptions
    make: Maker = make_exactly
    own: dict[str, str] = field(default_factory=dict)
    sources: dict[str, SourceFile] = field(default_factory=dict)
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def source(self, path: str) -> SourceFile:
        """A file as it was analysed, whatever became of it on the disk since it was shown."""
        if path not in self.sources:
            self.sources[path] = self.session.source(path)
        return self.sources[path]

    def write(self, plan: Plan, watch: Watch) -> Written:
        """Make the findings of a plan and write them; or raise, with everything as it was."""
        from lever_fix.apply.transaction import apply_changes  # the git library takes 70 ms

        run = self.session.run
        start = dict(run.overlay)
        for path in _touched(plan):
            self.source(path)  # as it is now: somebody may look at it until `take`
        run.workers.heard = partial(_tell, watch)
        try:
            settled = self.make(self.session, plan, watch)
            options = msgspec.structs.replace(self.options, own=frozenset(self.own.items()))
            watch.hear(WRITING, 0, 0)
            applied = apply_changes(self.session.root, settled.changes, (), options)
        except BaseException:
            run.workers.close()  # what they still work on was for nothing
            run.restore(start)
            raise
        finally:
            run.workers.heard = None
        self.own |= {one.path: digest(one.after) for one in settled.changes}
        # What the run was told of these files is on the disk now, and may change there.
        run.overlay = {}
        return Written(
            made=tuple(settled.applied),
            paths=applied.paths,
            remaining=self.session.narrowed(settled.remaining),
            problems=tuple(settled.problems),
        )

    def take(self, written: Written) -> None:
        """Show the files that were written as they are now."""
        for path in written.paths:
            self.sources.pop(path, None)
            self.seen.pop(path, None)

    def changed(self, plan: Plan) -> list[str]:
        """The files of a plan that are not what was analysed any more."""
        found = []
        for path, sha256 in plan.files.items():
            state = _state(self.session.root / path)
            if state is not None and self.seen.get(path) == state:
                continue
            data = self.session.run.data(path)
            if data is not None and digest(data) == sha256 and state is not None:
                self.seen[path] = state
            else:
                found.append(path)
        return found

    def analyse(self, paths: Collection[str]) -> Plan:
        """The plan of what is there now, these files looked at again."""
        for path in paths:
            self.sources.pop(path, None)
        self.session.run.forget(paths)
        return self.session.plan()


def _touched(plan: Plan) -> set[str]:
    edits = (edit for one in plan.findings if one.fix for edit in one.fix.edits)
    return {one.path for one in plan.findings} | {edit.path for edit in edits}


def _tell(watch: Watch, function: Callable[..., object], done: int, total: int) -> None:
    watch.hear(MAKING if function is rewrite_jobs else LOOKING, done, total)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def desk_for(
    session: Session,
    file: DecisionsFile,
    options: ApplyOptions,
    shown: Shown,
    explain: Callable[[str], str],
    make: Maker = make_exactly,
) -> Desk:
    """The desk of a review over a session."""
    hands = Hands(session, options, make)
    return Desk(
        file=file,
        source=hands.source,
        changed=hands.changed,
        analyse=hands.analyse,
        write=hands.write,
        take=hands.take,
        explain=explain,
        edit=edit_text,
        shown=shown,
        rank=session.order,
        line_length=session.resolver.for_directory().settings.line_length,
    )
