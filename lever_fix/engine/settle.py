"""From a plan to verified new files: rounds until nothing changes, nothing written.

Each round makes the accepted findings that do not conflict, verifies every new text, and drops
the findings that a text cannot be verified with; then the changed files are analysed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from lever_fix.engine.analyse import Scanned
from lever_fix.engine.conflicts import without_conflicts, without_orphans
from lever_fix.engine.packages import manifest_changes
from lever_fix.engine.rewriting import (
    Dropped,
    RewriteJob,
    Rewritten,
    changed_meanwhile,
    rewrite_jobs,
)
from lever_fix.engine.run import Run
from lever_fix.model import FileChange, Finding, Plan, Problem
from lever_fix.sources import digest

MAX_ROUNDS = 10
"""Rounds after which codemods that keep undoing each other are reported."""


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


@dataclass
class _State:
    """Where a run of rounds stands.

    Attributes:
        plan: What is there now.
        history: What each round made.
        barred: Fingerprints of the findings that cannot be made.
        problems: Why not.
        before: Bytes of every changed file as they were, by path.
        codemods: Ids of the codemods that changed a file, by path.
        left: How often each finding may yet be made, by fingerprint; None for no limit.
    """

    plan: Plan
    history: list[list[Finding]] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    problems: dict[Problem, None] = field(default_factory=dict)
    before: dict[str, bytes | None] = field(default_factory=dict)
    codemods: dict[str, set[str]] = field(default_factory=dict)
    left: Counter[str] | None = None

    def open(self, finding: Finding) -> bool:
        """Whether a finding has a fix that can be, and may yet be, made."""
        allowed = self.left is None or self.left[finding.fingerprint] > 0
        changes = finding.fix is not None and (finding.fix.edits or finding.fix.needs)
        return allowed and bool(changes) and finding.fingerprint not in self.barred

    @property
    def made(self) -> set[str]:
        """Fingerprints of what was made in any round."""
        return {one.fingerprint for made in self.history for one in made}

    def bar(self, finding: Finding, problem: Problem | None) -> None:
        self.barred.add(finding.fingerprint)
        if problem is not None:
            self.problems[problem] = None


def settle(
    run: Run,
    plan: Plan,
    accept: Callable[[Finding], bool],
    order: Mapping[str, int],
    *,
    rounds: int = MAX_ROUNDS,
    limit: Mapping[str, int] | None = None,
) -> Settled:
    """Make the accepted findings, in memory.

    Codemods that keep undoing each other are reported, and make nothing in the files they do not
    come to rest in: which of their rounds was meant, nobody knows.

    Args:
        run: The analysis the plan came from; its overlay is left at the new state.
        plan: What was found.
        accept: Whether a finding is to be made.
        order: Rank of each codemod where findings conflict.
        rounds: How often to go over what changed; 1 makes exactly one round.
        limit: How often a finding may be made, by fingerprint: among equal sites, the one left out
            of the first round would pass for its neighbour in the next.
    """
    start = dict(run.overlay)
    restless: set[tuple[str, str]] = set()
    problems: list[Problem] = []
    planned = {finding.fingerprint for finding in plan.findings}

    def meant(finding: Finding) -> bool:
        return finding.codemod not in run.once or finding.fingerprint in planned

    def wanted(finding: Finding) -> bool:
        if restless and not restless.isdisjoint(changes_of(finding)):
            return False
        return meant(finding) and accept(finding)

    while True:
        state = _State(plan, left=None if limit is None else Counter(limit))
        if _rounds(run, state, wanted, order, rounds):
            break
        run.restore(start)
        restless |= (found := endless(state.history))
        problems += endless_problems(found)
    return Settled(
        changes=list(_changes(run, state)),
        applied=[one for made in state.history for one in made],
        problems=[*problems, *state.problems, *_later(state, plan, run.once)],
        rounds=len(state.history),
        remaining=_left(state, meant, run.once),
    )


def _later(state: _State, plan: Plan, once: frozenset[str]) -> Iterator[Problem]:
    """The problems of the rounds after the first."""
    seen = {(one.path, one.codemod, one.message) for one in plan.problems}
    for one in state.plan.problems:
        # What a codemod that runs once fails at in its own result is nobody's concern.
        if (one.path, one.codemod, one.message) not in seen and one.codemod not in once:
            yield one


def _left(state: _State, meant: Callable[[Finding], bool], once: frozenset[str]) -> Plan:
    """The plan of what is there now, less what a codemod that runs once made of its own result."""
    made = state.made
    left = tuple(
        one
        for one in state.plan.findings
        if meant(one) and not (one.codemod in once and one.fingerprint in made)
    )
    return msgspec.structs.replace(state.plan, findings=left)


def _rounds(
    run: Run,
    state: _State,
    accept: Callable[[Finding], bool],
    order: Mapping[str, int],
    rounds: int,
) -> bool:
    """Go over what changed until nothing does; False where that has no end."""
    while rounds > 1 or not state.history:
        wanted = [
            one
            for one in state.plan.findings
            if state.open(one)
            and not (one.codemod in run.once and one.fingerprint in state.made)
            and accept(one)
        ]
        chosen, waiting = without_conflicts(wanted, order)
        chosen = without_orphans(chosen, state.plan.findings)
        made, texts, scanned = _make(run, chosen, state)
        if not made and waiting and chosen and rounds > 1:
            continue  # what was in the way is barred now
        if not made:
            break
        if len(state.history) == rounds:
            state.history.append(made)
            return False
        for path in texts:
            state.before.setdefault(path, _analysed(run, state.plan, path))
        run.replace(texts, scanned)
        state.history.append(made)
        if state.left is not None:
            state.left.subtract(one.fingerprint for one in made)
        state.plan = run.plan()
    return True


def _analysed(run: Run, plan: Plan, path: str) -> bytes | None:
    """The bytes of a file, which must be those that were analysed.

    Raises:
        SourceError: They are not; nothing has been written.
    """
    data = run.data(path)
    if path in plan.files and (data is None or digest(data) != plan.files[path]):
        raise changed_meanwhile(path)
    return data


def _changes(run: Run, state: _State) -> Iterator[FileChange]:
    for path, old in sorted(state.before.items()):
        if old != run.overlay[path]:
            codemods = tuple(sorted(state.codemods.get(path, ())))
            yield FileChange(path=path, before=old, after=run.overlay[path], codemods=codemods)


def changes_of(finding: Finding) -> set[tuple[str, str]]:
    """The codemod of a finding with each file its fix changes."""
    return {(finding.codemod, path) for path in (finding.fix.paths() if finding.fix else ())}


def endless(history: Sequence[Sequence[Finding]]) -> set[tuple[str, str]]:
    """The codemods that keep at it, each with the files that do not come to rest."""
    late = [
        pair for made in history[len(history) // 2 :] for one in made for pair in changes_of(one)
    ]
    restless = _paths(history[-1])
    return {(codemod, path) for codemod, path in late if path in restless}


def endless_problems(pairs: set[tuple[str, str]]) -> Iterator[Problem]:
    """One problem for each file that does not come to rest."""
    for path in sorted({path for _, path in pairs}):
        names = sorted(codemod for codemod, other in pairs if other == path)
        yield Problem(
            path=path,
            codemod=names[0],
            message=f"still changing after {MAX_ROUNDS} rounds, so nothing was made here by "
            + ", ".join(names),
            hint="run them one at a time with --select, and report what you see",
        )


def _make(
    run: Run, chosen: Sequence[Finding], state: _State
) -> tuple[list[Finding], dict[str, bytes], dict[str, Scanned]]:
    """Make one round's findings; those that cannot be made are barred and reported.

    A finding is made in every file it touches or in none: where one file drops it, or its
    packages have no place, the others are made again without it.

    Returns:
        The findings made, the new bytes by path, and what is found in them where it is known.
    """
    texts: dict[str, bytes] = {}
    scanned: dict[str, Scanned] = {}
    by_path = _by_path(chosen)
    pending = set(by_path)
    while True:
        while pending:
            jobs = _jobs(run, by_path, pending, state)
            results = _rewrite(run, jobs, scanned)
            pending = set()
            for result in results:
                texts[result.path] = result.data
                pending |= _bar(run, chosen, result, state)
        made = [one for one in chosen if one.fingerprint not in state.barred]
        manifests, failed = manifest_changes(run, made)
        for finding, found in failed:
            state.bar(finding, found)
            pending |= _paths([finding])
        pending |= _bar_orphans(run, chosen, state)
        if not pending:
            break
    kept: dict[str, bytes] = {}
    for path, group in by_path.items():
        codemods = {one.codemod for one in group if one.fingerprint not in state.barred}
        if codemods:
            kept[path] = texts[path]
            state.codemods.setdefault(path, set()).update(codemods)
    for path, (change, wanted_by) in manifests.items():
        kept[path] = change.after
        state.before.setdefault(path, change.before)
        state.codemods.setdefault(path, set()).update(wanted_by)
    return made, kept, {path: scanned[path] for path in scanned.keys() & kept.keys()}


def _bar(run: Run, chosen: Sequence[Finding], result: Rewritten, state: _State) -> set[str]:
    """Bar what a file dropped; the other files it was made in have to be made again."""
    again: set[str] = set()
    if result.problem is not None:
        state.problems[result.problem] = None
    for dropped in result.dropped:
        finding = next(one for one in chosen if one.fingerprint == dropped.fingerprint)
        known = result.problem is not None  # the file's own fault, said once
        state.bar(finding, None if known else _not_made(run, finding, dropped, result.path))
        again |= _paths([finding]) - {result.path}
    return again


def _bar_orphans(run: Run, chosen: Sequence[Finding], state: _State) -> set[str]:
    """Bar what needs a finding that is barred; the files it was made in have to be made again."""
    left = [one for one in chosen if one.fingerprint not in state.barred]
    kept = without_orphans(left, state.plan.findings)
    orphans = [one for one in left if one not in kept] if len(kept) < len(left) else []
    for one in orphans:
        dropped = Dropped(one.fingerprint, "what it needs could not be made", "see the other error")
        state.bar(one, _not_made(run, one, dropped, one.path))
    return _paths(orphans)


def _paths(findings: Sequence[Finding]) -> set[str]:
    return set(_by_path(findings))


def _by_path(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings that change a file, by its path."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        for path in one.fix.paths() if one.fix else ():
            found.setdefault(path, []).append(one)
    return found


def _jobs(
    run: Run, by_path: Mapping[str, Sequence[Finding]], paths: set[str], state: _State
) -> list[RewriteJob]:
    settings, own = run.workers.bench.settings, top_level(run.groups)
    return [
        RewriteJob(
            path,
            tuple([one for one in by_path[path] if one.fingerprint not in state.barred]),
            settings[run.groups.get(path, 0)].line_length,
            state.plan.files.get(path, ""),
            run.overlay.get(path),
            own,
        )
        for path in sorted(paths)
    ]


def _rewrite(run: Run, jobs: Sequence[RewriteJob], scanned: dict[str, Scanned]) -> list[Rewritten]:
    """The new texts of files; where they were worked out ahead, what is found in them is kept."""
    results: list[Rewritten] = []
    left: list[RewriteJob] = []
    for job in jobs:
        scanned.pop(job.path, None)
        forecast = run.forecast(job.path, job.findings)
        if forecast is None or not _is_as_analysed(run, job):
            left.append(job)
            continue
        results.append(Rewritten(job.path, forecast.data))
        if forecast.scanned is not None:
            scanned[job.path] = forecast.scanned
    # Composing and verifying a file costs about as much as scanning it.
    sizes = [8_000 * len(job.findings) for job in left]
    return results + run.workers.map(rewrite_jobs, left, sizes, Rewritten)


def _is_as_analysed(run: Run, job: RewriteJob) -> bool:
    data = run.data(job.path)
    return data is not None and job.sha256 in ("", digest(data))


def top_level(paths: Iterable[str]) -> tuple[str, ...]:
    """Names of the top-level packages among the paths of a project's modules."""
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("/__init__.py")}
    tops = (package.rpartition("/") for package in packages)
    return tuple(sorted({name for above, _, name in tops if above not in packages}))


def _not_made(run: Run, finding: Finding, dropped: Dropped, path: str) -> Problem:
    line, _ = run.source(finding.path).position(finding.span.start)
    where = "" if path == finding.path else f"{path}: "
    fault = f"this is a fault of {finding.codemod}; please report it with the file"
    if finding.codemod in run.once:
        fault = f"{finding.codemod} leaves that behind; make this change by hand, or mend it"
    return Problem(
        path=finding.path,
        line=line,
        codemod=finding.codemod,
        message=f"{finding.codemod}: not applied: {where}{dropped.complaint}",
        hint=dropped.hint or fault,
    )
