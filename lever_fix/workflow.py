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
from lever_fix.engine.settle import Settled, settle
from lever_fix.engine.workers import Context, Group, Workers, default_jobs
from lever_fix.errors import PlanError, UsageError
from lever_fix.model import FileChange, Finding, Plan, Problem, Safety
from lever_fix.scope import ChangedLines
from lever_fix.settings import Settings
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
    """

    root: Path
    run: Run
    codemods: Mapping[str, Codemod]
    chosen: tuple[str, ...]
    resolver: Resolver
    problems: list[Problem]
    since: ChangedLines | None = None

    @property
    def order(self) -> dict[str, int]:
        """Rank of each codemod where findings conflict."""
        return {name: rank for rank, name in enumerate(registry.in_order(self.codemods))}

    def source(self, path: str) -> SourceFile:
        """A file as the run sees it."""
        return self.run.source(path)

    def plan(self) -> Plan:
        """Analyse all files, and keep what was asked for."""
        return self.narrowed(self.run.plan())

    def narrowed(self, plan: Plan) -> Plan:
        """The plan with the problems of this session and, with `since`, fewer findings."""
        findings = plan.findings
        if self.since is not None:
            findings = tuple(one for one in findings if self.since.touches(one, self.source))
        problems = (*self.problems, *plan.problems)
        return msgspec.structs.replace(plan, findings=findings, problems=problems)

    def accepts(self, *, unsafe: bool) -> Callable[[Finding], bool]:
        """Whether an unattended run makes a finding."""
        least = Safety.UNSAFE if unsafe else Safety.SAFE

        def accept(finding: Finding) -> bool:
            if finding.safety < least:
                return False
            return self.since is None or self.since.touches(finding, self.source)

        return accept


@contextmanager
def opened(request: Request) -> Iterator[Session]:
    """A session for a request.

    Raises:
        LeverFixError: A path, a setting or a codemod is wrong.
    """
    root = find_root([path for path in request.paths if path != "-"], request.cwd)
    resolver = Resolver(root, request.overrides, request.isolated)
    if request.stdin is None:
        paths, problems = discover(
            root, request.paths, cwd=request.cwd, exclude_for=resolver.exclude_for
        )
    else:
        paths, problems = [_relative(root, request.cwd / request.paths[0])], []
    extra = (*resolver.for_directory().settings.codemods, *request.codemods)
    codemods = registry.load(extra, root)
    groups, by_path = _grouped(paths, resolver, codemods)
    for resolved in resolver.seen():
        check_ids(resolved, {*codemods, UNUSED})
    context = Context(str(root), extra, groups)
    since = None
    if request.since:
        since = ChangedLines(vcs.changed_lines(root, request.since), root)
    with Workers(context, request.jobs or default_jobs()) as workers:
        run = Run(workers, by_path)
        if request.stdin is not None:
            run.overlay[paths[0]] = request.stdin
        elif request.cache:
            run.cache_dir = root / resolver.for_directory().settings.cache_dir
        chosen = tuple(dict.fromkeys(name for group in groups for name in group.ids))
        yield Session(root, run, codemods, chosen, resolver, problems, since)


def _relative(root: Path, path: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise UsageError(f"{path} lies outside {root}") from error


def _grouped(
    paths: Sequence[str], resolver: Resolver, codemods: Mapping[str, Codemod]
) -> tuple[tuple[Group, ...], dict[str, int]]:
    """The groups of files that share settings and codemods, and each file's."""
    groups: dict[Group, int] = {}
    chosen: dict[Settings, tuple[str, ...]] = {}
    by_path: dict[str, int] = {}
    for path in paths:
        settings = resolver.for_path(path)
        if settings not in chosen:
            picked = registry.choose(
                codemods, settings.select, settings.extend_select, settings.ignore
            )
            chosen[settings] = tuple(codemod.id for codemod in picked)
        ids = chosen[settings]
        if settings.per_file_ignores:
            ignored = ignored_on(settings, path)
            ids = tuple(name for name in ids if name not in ignored)
        by_path[path] = groups.setdefault(Group(ids, settings), len(groups))
    return tuple(groups) or (Group((), resolver.for_directory().settings),), by_path


@dataclass(frozen=True)
class Step:
    """What one codemod changes, on top of the steps before it.

    Attributes:
        codemod: Its id.
        findings: What was made.
        changes: Every file it changes, from the state before to the state after it.
    """

    codemod: str
    findings: tuple[Finding, ...]
    changes: tuple[FileChange, ...]


def make(session: Session, plan: Plan, *, unsafe: bool) -> Settled:
    """Make the findings of a plan that an unattended run makes, until nothing changes."""
    return settle(session.run, plan, session.accepts(unsafe=unsafe), session.order)


def make_planned(session: Session, plan: Plan, *, unsafe: bool) -> Settled:
    """Make exactly one round of a plan somebody has seen.

    Raises:
        PlanError: A file is not what it was when the plan was made.
    """
    for path, sha256 in plan.files.items():
        data = session.run.data(path)
        if data is None or digest(data) != sha256:
            raise PlanError(
                f"{path}: it has changed since the plan was made",
                "make the plan again with `lever-fix check --format plan --output FILE`",
            )
    accept = session.accepts(unsafe=unsafe)
    return settle(session.run, plan, accept, session.order, rounds=1)


def make_in_steps(session: Session, plan: Plan, *, unsafe: bool) -> tuple[Settled, list[Step]]:
    """Make the findings codemod by codemod, so that each can be a commit of its own."""
    accept = session.accepts(unsafe=unsafe)
    total, steps = Settled(remaining=plan), []
    first: dict[str, FileChange] = {}
    for name in (*sorted(session.chosen, key=session.order.__getitem__), UNUSED):
        done = settle(
            session.run,
            total.remaining,
            lambda one, name=name: one.codemod == name and accept(one),  # type: ignore[misc]
            session.order,
        )
        if done.changes:
            steps.append(Step(name, tuple(done.applied), tuple(done.changes)))
        for change in done.changes:
            start = first.get(change.path, change)
            codemods = tuple(dict.fromkeys((*start.codemods, *change.codemods)))
            first[change.path] = msgspec.structs.replace(
                start, after=change.after, codemods=codemods
            )
        total.applied += done.applied
        total.problems += done.problems
        total.rounds += done.rounds
        total.remaining = done.remaining
    total.changes = [
        first[path] for path in sorted(first) if first[path].before != first[path].after
    ]
    return total, steps
