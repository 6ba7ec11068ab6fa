"""Wires the stages for the commands: which files, which codemods, analyse, make, write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lever_fix import registry, vcs
from lever_fix.codemod import Codemod
from lever_fix.config import Override, Resolver, check_ids, ignored_on
from lever_fix.discovery import discover, find_root
from lever_fix.engine.run import Run
from lever_fix.engine.settle import top_level
from lever_fix.engine.workers import Context, Foresight, Group, Note, Workers, default_jobs
from lever_fix.errors import PlanError, UsageError
from lever_fix.model import Finding, Plan, Problem, Safety
from lever_fix.scope import ChangedLines
from lever_fix.settings import CACHE, Settings
from lever_fix.sources import SourceFile, digest
from lever_fix.suppress import UNUSED


@dataclass(frozen=True)
class Request:
    """What a user asked for, command aside.

    Attributes:
        paths: Files and directories; none means the working directory.
        cwd: The working directory.
        overrides: Settings given on the command line.
        isolated: Whether configuration files are left unread.
        codemods: Codemod files and modules given on the command line.
        since: Revision; only findings that touch lines changed since are kept.
        jobs: Worker processes; 0 for as many as there are processors.
        cache: Whether outcomes are kept and looked up.
        stdin: Text to look at in place of the file of the only path.
        note: What to keep of each file's findings beside them.
        makes: The lowest safety of the findings that will be made, if any will.
        trusted: Whether the project's own settings may name code to load and places to write to.
    """

    paths: tuple[str, ...] = ()
    cwd: Path = field(default_factory=Path.cwd)
    overrides: tuple[Override, ...] = ()
    isolated: bool = False
    codemods: tuple[str, ...] = ()
    since: str = ""
    jobs: int = 0
    cache: bool = True
    stdin: bytes | None = None
    note: Note | None = None
    makes: Safety | None = None
    trusted: bool = True


@dataclass
class Session:
    """One run: its root, files, codemods and settings.

    Attributes:
        root: What all paths are relative to.
        run: The analysis.
        codemods: Every codemod known, by id.
        chosen: Ids of those that run on some file.
        resolver: Where settings come from.
        problems: What could not be looked into while files were looked for.
        since: The lines changed since a revision, where that was asked for.
        trusted: Whether the project's own settings are.
        known: Fingerprints of the findings that a baseline hides.
    """

    root: Path
    run: Run
    codemods: Mapping[str, Codemod]
    chosen: tuple[str, ...]
    resolver: Resolver
    problems: list[Problem]
    since: ChangedLines | None = None
    trusted: bool = True
    known: frozenset[str] = frozenset()

    def close(self) -> None:
        """End the worker processes; they are started again where they are needed again."""
        self.run.workers.close()

    def order(self, plan: Plan) -> dict[str, int]:
        """Rank of each codemod of a plan where its findings conflict."""
        found = {one.codemod for one in plan.findings} & self.codemods.keys()
        ordered = registry.in_order(self.codemods, found.union(self.chosen))
        return {name: rank for rank, name in enumerate(ordered)}

    def source(self, path: str) -> SourceFile:
        """A file as the run sees it."""
        return self.run.source(path)

    def plan(self) -> Plan:
        """Analyse all files, and keep what was asked for."""
        return self.narrowed(self.run.plan())

    def narrowed(self, plan: Plan) -> Plan:
        """The plan with the problems of this session and, with `since`, fewer findings."""
        findings = plan.findings
        if self.known or self.since is not None:
            findings = tuple(one for one in findings if self.asks_for(one))
        problems = (*self.problems, *plan.problems)
        return msgspec.structs.replace(plan, findings=findings, problems=problems)

    def asks_for(self, finding: Finding) -> bool:
        """Whether a finding is neither known nor on lines nobody asked about."""
        if finding.fingerprint in self.known:
            return False
        return self.since is None or self.since.touches(finding, self.source)

    def accepts(self, *, unsafe: bool) -> Callable[[Finding], bool]:
        """Whether an unattended run makes a finding, in any of its rounds."""
        least = Safety.UNSAFE if unsafe else Safety.SAFE
        return lambda finding: finding.safety >= least and self.asks_for(finding)


_DISTRUST = Override(
    "a project that is not trusted", {"codemods": [], "verify-copy": [], "cache-dir": CACHE}
)
"""What a project's settings may not say where nobody has looked at them: they come from anyone."""


@contextmanager
def opened(request: Request) -> Iterator[Session]:
    """A session for a request, closed at the end of the block."""
    session = open_session(request)
    try:
        yield session
    finally:
        session.close()


def open_session(request: Request) -> Session:
    """A session for a request.

    Raises:
        LeverFixError: A path, a setting or a codemod is wrong.
    """
    named = request.paths
    if request.stdin is not None:  # an editor's buffer need not be on the disk yet
        named = (str((request.cwd / named[0]).parent),)
    root = find_root(named, request.cwd)
    distrust = () if request.trusted else (_DISTRUST,)
    resolver = Resolver(root, (*distrust, *request.overrides), request.isolated)
    if request.stdin is None:
        paths, problems = discover(
            root, request.paths, cwd=request.cwd, exclude_for=resolver.exclude_for
        )
    else:
        paths, problems = [_relative(root, request.cwd / request.paths[0])], []
    settings = {path: resolver.for_path(path) for path in paths}
    every = dict.fromkeys((resolver.for_directory().settings, *settings.values()))
    extra = tuple(dict.fromkeys((*(n for one in every for n in one.codemods), *request.codemods)))
    codemods = registry.load(extra, root)
    # Where a project is not trusted its codemods are not loaded, and it may name them all the same.
    for resolved in resolver.seen() if request.trusted else ():
        check_ids(resolved, {*codemods, UNUSED})
    groups, by_path = _grouped(settings, request.codemods, root)
    if not groups:
        groups = (Group((), resolver.for_directory().settings),)
    foresight = None
    if request.makes is not None and not request.since:
        order = registry.in_order(codemods, {name for group in groups for name in group.ids})
        foresight = Foresight(request.makes, tuple(order), top_level(by_path))
    context = Context(str(root), extra, groups, request.note, foresight)
    since = None
    if request.since:
        since = ChangedLines(vcs.changed_lines(root, request.since), root)
    run = Run(Workers(context, request.jobs or default_jobs()), by_path)
    if any(codemods[name].index for group in groups for name in group.ids):
        run.project, _ = discover(root, [root], cwd=root)
    if request.stdin is not None:
        run.overlay[paths[0]] = request.stdin
    elif request.cache and request.trusted:
        run.cache_dir = root / resolver.for_directory().settings.cache_dir
    chosen = tuple(dict.fromkeys(name for group in groups for name in group.ids))
    return Session(root, run, codemods, chosen, resolver, problems, since, request.trusted)


def _relative(root: Path, path: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise UsageError(f"{path} lies outside {root}") from error


def _grouped(
    settings_of: Mapping[str, Settings], extra: Sequence[str], root: Path
) -> tuple[tuple[Group, ...], dict[str, int]]:
    """The groups of files that share settings and codemods, and each file's."""
    groups: dict[Group, int] = {}
    chosen: dict[Settings, tuple[str, ...]] = {}
    by_path: dict[str, int] = {}
    for path, settings in settings_of.items():
        if settings not in chosen:
            chosen[settings] = _chosen(settings, extra, root)
        ids = chosen[settings]
        if settings.per_file_ignores:
            ignored = ignored_on(settings, path)
            ids = tuple(name for name in ids if name not in ignored)
        by_path[path] = groups.setdefault(Group(ids, settings), len(groups))
    return tuple(groups), by_path


def _chosen(settings: Settings, extra: Sequence[str], root: Path) -> tuple[str, ...]:
    """The codemods to run under some settings; those that another project brings are not."""
    known = registry.load((*settings.codemods, *extra), root)

    def own(names: Sequence[str]) -> list[str]:
        return [name for name in names if name in known]

    select = None if settings.select is None else own(settings.select)
    picked = registry.choose(known, select, own(settings.extend_select), own(settings.ignore))
    return tuple(codemod.id for codemod in picked)


def refuse_stale(session: Session, plan: Plan) -> None:
    """Make sure that every file of a plan is what it was when the plan was made.

    Raises:
        PlanError: One is not; names it.
    """
    for path, sha256 in plan.files.items():
        data = session.run.data(path)
        if data is None or digest(data) != sha256:
            what = "it is not there any more" if data is None else "it has changed"
            raise PlanError(
                f"{path}: {what} since the plan was made",
                "make the plan again with `lever-fix check --format plan --output FILE`",
            )
