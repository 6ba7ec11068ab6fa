"""The values that the apply layer takes and returns, and those its journal keeps."""

from __future__ import annotations

import enum
import os
from datetime import datetime

import msgspec

from lever_fix.model import FileChange, Safety, Value

JOURNAL_VERSION = 1
"""Schema of a run's journal; raised whenever an older tool could misread a newer one."""


class CommitStep(Value, frozen=True, kw_only=True):
    """What one codemod did, as one commit; the steps of a run follow on one another.

    A file's `before` in one step is its `after` in the last earlier step that changed it.
    """

    codemod: str
    summary: str
    """One line, imperative: the subject of the commit."""
    counts: dict[Safety, int] = msgspec.field(default_factory=dict)
    """Findings applied, by safety."""
    changes: tuple[FileChange, ...] = ()


class ApplyOptions(Value, frozen=True, kw_only=True):
    """What the user allowed, and what is to be made of the changes."""

    allow_dirty: bool = False
    """Also change files with uncommitted changes."""
    own: frozenset[tuple[str, str]] = frozenset()
    """Files whose uncommitted changes are ours, with their digests: an earlier write made them."""
    allow_no_vcs: bool = False
    """Also change files outside a git repository."""
    commit: bool = False
    """Make one commit per step."""
    branch: str = ""
    """Make the commits on a new branch of this name; implies `commit`."""
    message: str = ""
    """Template of the commit messages; see `commits.commit_message`."""
    trailer: str = ""
    """Last line of each message in place of the one that names the run, which holds its time."""


class RunState(enum.Enum):
    """How far a run got."""

    PENDING = "pending"
    """Being written, or cut short while it was."""
    DONE = "done"
    UNDONE = "undone"
    DAMAGED = "damaged"
    """Its journal cannot be read."""


class Entry(Value, frozen=True):
    """One file of a run: its digests before and after."""

    raw_path: bytes
    """Relative to the journal's top, as the file system spells it; it need not be UTF-8."""
    before: str | None
    """SHA-256; None where the run made the file."""
    after: str

    @property
    def path(self) -> str:
        """The path as Python spells it."""
        return os.fsdecode(self.raw_path)


class Checkout(Value, frozen=True):
    """Where HEAD stood before the first commit of a run."""

    head: str
    branch: str | None
    """None where HEAD was detached."""
    created: str = ""
    """The branch the run made for its commits."""


class Run(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One apply, as its journal remembers it."""

    version: int = JOURNAL_VERSION
    id: str
    """Its UTC time to the millisecond: sorts by age, and no two are equal."""
    started: datetime
    tool: str = ""
    """Version of lever-fix that made it."""
    state: RunState = RunState.PENDING
    codemods: dict[str, int] = msgspec.field(default_factory=dict)
    """Findings applied by codemod; files where the caller counted no findings."""
    entries: tuple[Entry, ...] = ()
    directories: tuple[bytes, ...] = ()
    """Directories the run made, outermost first."""
    checkout: Checkout | None = None
    """None where the run made no commits."""
    commits: tuple[str, ...] = ()
    """Oldest first."""
    reverts: tuple[str, ...] = ()
    """The commits an undo made, oldest first."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the run, relative to the journal's top."""
        return tuple(entry.path for entry in self.entries)


class Applied(Value, frozen=True, kw_only=True):
    """What an apply did."""

    run_id: str
    """What `undo` takes; empty where there was nothing to write."""
    paths: tuple[str, ...]
    """The files written, relative to the root of the run."""
    commits: tuple[str, ...] = ()
    """Oldest first."""
    branch: str = ""
    """The branch that holds the commits."""


class Undone(Value, frozen=True, kw_only=True):
    """What an undo did."""

    run_id: str
    paths: tuple[str, ...]
    """The files whose bytes were put back, relative to the top of the repository (or the root)."""
    moved_back: tuple[str, ...] = ()
    """Commits the branch no longer holds."""
    reverts: tuple[str, ...] = ()
    """Commits made to take back commits that others may already build on."""
