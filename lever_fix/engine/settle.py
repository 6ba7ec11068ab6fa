"""From a plan to verified new files: rounds until nothing changes, nothing written.

Each round makes the accepted findings that do not conflict, verifies every new text, and drops
the findings that a text cannot be verified with; then the changed files are analysed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lever_fix.engine.analyse import problem
from lever_fix.engine.conflicts import without_conflicts
from lever_fix.engine.run import Run
from lever_fix.engine.verify import complaints
from lever_fix.engine.workers import Workbench
from lever_fix.errors import LeverFixError, SourceError
from lever_fix.model import FileChange, Finding, Plan, Problem, Value
from lever_fix.rewrite.compose import compose
from lever_fix.sources import SourceFile, decode, read

MAX_ROUNDS = 10
"""Rounds after which codemods that keep undoing each other are reported."""


class RewriteJob(Value, frozen=True):
    """One file to rewrite, with the findings to make there."""

    path: str
    findings: tuple[Finding, ...]
    line_length: int
    data: bytes | None = None


class Dropped(Value, frozen=True):
    """A finding that could not be made, and why."""

    fingerprint: str
    complaint: str


class Rewritten(Value, frozen=True, omit_defaults=True):
    """What became of one file."""

    path: str
    data: bytes = b""
    dropped: tuple[Dropped, ...] = ()
    problem: Problem | None = None


@dataclass
class Settled:
    """What accepted findings lead to.

    Attributes:
        changes: Every file that changes, manifests included, by path.
        applied: The findings that were made, round by round.
        problems: Files that could not be handled and findings that had to be dropped.
        rounds: How many rounds changed something.
        remaining: The plan of what is there now.
    """

    changes: list[FileChange] = field(default_factory=list)
    applied: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rounds: int = 0
    remaining: Plan = field(default_factory=Plan)


def settle(
    run: Run,
    plan: Plan,
    accept: Callable[[Finding], bool],
    order: Mapping[str, int],
    *,
    rounds: int = MAX_ROUNDS,
) -> Settled:
    """Make the accepted findings, in memory.

    Args:
        run: The analysis the plan came from; its overlay is left at the new state.
        plan: What was found.
        accept: Whether a finding is to be made.
        order: Rank of each codemod where findings conflict.
        rounds: How often to go over what changed; 1 makes exactly one round.
    """
    settled = Settled(remaining=plan)
    before: dict[str, bytes | None] = {}
    codemods: dict[str, set[str]] = {}
    barred: set[str] = set()
    for number in range(rounds):
        wanted = [
            one
            for one in settled.remaining.findings
            if one.fix and one.fingerprint not in barred and accept(one)
        ]
        chosen, _ = without_conflicts(wanted, order)
        made, texts = _make(run, chosen, settled, barred)
        if not made:
            break
        if number == MAX_ROUNDS - 1:
            names = ", ".join(sorted({one.codemod for one in made}))
            settled.problems.append(_endless(made[0], names))
            break
        for path in texts:
            if path not in before:
                before[path] = run.data(path)
        for one in made:
            for path in one.fix.paths() if one.fix else ():
                codemods.setdefault(path, set()).add(one.codemod)
        run.replace(texts)
        settled.applied.extend(made)
        settled.rounds += 1
        settled.remaining = run.plan()
    settled.changes = [
        FileChange(
            path=path,
            before=old,
            after=run.overlay[path],
            codemods=tuple(sorted(codemods.get(path, ()))),
        )
        for path, old in sorted(before.items())
        if old != run.overlay[path]
    ]
    return settled


def _make(
    run: Run, chosen: list[Finding], settled: Settled, barred: set[str]
) -> tuple[list[Finding], dict[str, bytes]]:
    """Make one round's findings; those that cannot be made are barred and reported.

    A finding is made in every file it touches or in none: where one file drops it, the others
    are made again without it.
    """
    texts: dict[str, bytes] = {}
    pending = _paths(chosen)
    while pending:
        results = _rewrite(run, [one for one in chosen if one.fingerprint not in barred], pending)
        pending = set()
        for result in results:
            texts[result.path] = result.data
            reported = result.problem is not None
            if result.problem is not None:
                settled.problems.append(result.problem)
            for dropped in result.dropped:
                finding = next(one for one in chosen if one.fingerprint == dropped.fingerprint)
                barred.add(dropped.fingerprint)
                pending |= _paths([finding]) - {result.path}
                if not reported:
                    settled.problems.append(_not_made(run, finding, dropped.complaint))
    made = [one for one in chosen if one.fingerprint not in barred]
    kept = {path: texts[path] for path in _paths(made)}
    kept.update(_manifests(run, made, settled))
    return made, kept


def _paths(findings: Sequence[Finding]) -> set[str]:
    return {path for one in findings if one.fix for path in one.fix.paths()}


def _rewrite(run: Run, findings: list[Finding], paths: set[str]) -> list[Rewritten]:
    by_path: dict[str, list[Finding]] = {path: [] for path in sorted(paths)}
    for finding in findings:
        for path in _paths([finding]) & paths:
            by_path[path].append(finding)
    settings = run.workers.bench.settings
    jobs = [
        RewriteJob(
            path,
            tuple(group),
            settings[run.groups.get(path, 0)].line_length,
            run.overlay.get(path),
        )
        for path, group in by_path.items()
    ]
    # Composing and verifying a file costs about as much as scanning it.
    sizes = [8_000 * len(job.findings) for job in jobs]
    return run.workers.map(rewrite_jobs, jobs, sizes, Rewritten)


def rewrite_jobs(bench: Workbench, jobs: list[RewriteJob]) -> list[Rewritten]:
    """Rewrite files and verify what they become. Never raises a user error."""
    return [_rewrite_job(bench, job) for job in jobs]


def _rewrite_job(bench: Workbench, job: RewriteJob) -> Rewritten:
    try:
        source = read(bench.root, job.path) if job.data is None else decode(job.path, job.data)
        text, dropped = _largest(source, job.findings, job.line_length)
        return Rewritten(job.path, source.encode(text), tuple(dropped))
    except SourceError as error:
        every = tuple(Dropped(one.fingerprint, error.message) for one in job.findings)
        return Rewritten(job.path, b"", every, problem(job.path, error))


def _largest(
    source: SourceFile, findings: Sequence[Finding], line_length: int
) -> tuple[bytes, list[Dropped]]:
    """The text with as many of the findings as verify together, found by bisection."""
    kept: list[Finding] = []
    dropped: list[Dropped] = []
    text = source.text

    def add(block: Sequence[Finding]) -> None:
        nonlocal text
        attempt = [*kept, *block]
        result, complaint = _attempt(source, attempt, line_length)
        if result is not None:
            kept[:], text = attempt, result
        elif len(block) == 1:
            dropped.append(Dropped(block[0].fingerprint, complaint))
        else:
            add(block[: len(block) // 2])
            add(block[len(block) // 2 :])

    if findings:
        add(findings)
    return text, dropped


def _attempt(
    source: SourceFile, findings: Sequence[Finding], line_length: int
) -> tuple[bytes | None, str]:
    """The verified text that findings lead to, or what is wrong with it."""
    composed = compose(source, findings, line_length)
    for found in composed.problems:
        return None, found.message
    for complaint in complaints(source, composed.text, findings):
        return None, complaint
    return composed.text, ""


def _manifests(run: Run, made: Sequence[Finding], settled: Settled) -> Iterator[tuple[str, bytes]]:
    """The dependency manifests with the packages that the findings need."""
    wanted: dict[str, dict[str, None]] = {}
    for finding in made:
        for need in finding.fix.needs if finding.fix else ():
            if need.packages:
                wanted.setdefault(need.path, {}).update(dict.fromkeys(need.packages))
    for path, packages in wanted.items():
        from lever_fix.rewrite.manifests import add_packages  # tomlkit takes 60 ms to load

        try:
            change = add_packages(run.root, path, packages, run.overlay)
        except LeverFixError as error:
            settled.problems.append(problem(path, error))
            continue
        if change is not None:
            yield change.path, change.after


def _not_made(run: Run, finding: Finding, complaint: str) -> Problem:
    line, _ = run.source(finding.path).position(finding.span.start)
    return Problem(
        path=finding.path,
        line=line,
        codemod=finding.codemod,
        message=f"{finding.codemod}: not applied: {complaint}",
        hint=f"this is a fault of {finding.codemod}; please report it with the file",
    )


def _endless(finding: Finding, names: str) -> Problem:
    return Problem(
        path=finding.path,
        codemod=finding.codemod,
        message=f"still changing after {MAX_ROUNDS} rounds; the codemods at work: {names}",
        hint="run them one at a time with --select, and report what you see",
    )
