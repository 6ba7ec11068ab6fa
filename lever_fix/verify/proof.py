"""Keep the findings with which the user's command passes, and tell which it fails with."""

from __future__ import annotations

import hashlib
import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lever_fix.errors import VerifyError
from lever_fix.making import Made
from lever_fix.model import FileChange, Finding, Problem, Safety
from lever_fix.report.text import counted
from lever_fix.verify.bench import Bench, opened_bench
from lever_fix.verify.canary import canaries
from lever_fix.verify.command import Outcome, run_command
from lever_fix.verify.delta import guilty_groups
from lever_fix.verify.model import Guilty, Proof, Say, Verification
from lever_fix.workflow import Session

Attempt = Callable[[Mapping[str, int] | None], Made]
"""Makes the findings of a plan, each at most as often as a limit says; see `making.make`."""


def prove(
    session: Session,
    attempt: Attempt,
    wanted: Verification,
    cwd: Path,
    say: Say,
    begins: Say | None = None,
) -> Proof:
    """Try the findings in a work tree of its own, and keep those that the command passes with.

    Args:
        session: What the findings come from; its overlay is left at the state to be written.
        attempt: Makes them.
        wanted: The command.
        cwd: The user's working directory.
        say: Hears of every run once it has ended.
        begins: Hears of every run when it begins, and again and again until it has ended; what it
            raises ends everything.

    Raises:
        LeverFixError: The command fails already, or there is no place to try it in.
    """
    start = dict(session.run.overlay)
    whole = attempt(None)
    changes = whole.settled.changes
    if not changes:
        return Proof(whole)
    paths = [change.path for change in changes]
    with opened_bench(session.root, cwd, paths, wanted.copy) as bench:
        trials = _Trials(session, start, attempt, wanted, bench, say, begins)
        trials.keep(whole)
        trials.try_untouched()
        trials.try_canary(changes)
        guilty, innocent = _sorted_out(trials, whole.settled.applied)
        session.run.restore(start)
        problems = tuple(_problems(session, guilty, wanted.command))
        made = trials.make(innocent)
    flaky, warnings = tuple(trials.flaky), tuple(trials.warnings)
    return Proof(made, guilty, problems, flaky, warnings, trials.runs)


_MOST = 8
"""How many are found guilty one after the other before their codemods are given up."""


def _sorted_out(
    trials: _Trials, findings: Sequence[Finding]
) -> tuple[tuple[Guilty, ...], list[Finding]]:
    """The guilty findings, and those that pass.

    Where a command forbids what a codemod does everywhere, such as a new import, to find each of a
    hundred findings by itself would take a day. Safe findings come first, for they will pass.
    """
    guilty: list[Guilty] = []
    left = sorted(findings, key=lambda one: one.safety, reverse=True)
    while True:
        safe = sum(one.safety is Safety.SAFE for one in left)
        groups, left = guilty_groups(left, trials.fails, _MOST, safe)
        guilty += [trials.guilty(group) for group in groups]
        if len(groups) < _MOST or not trials.fails(left):
            return tuple(guilty), left
        counts = Counter(one.codemod for group in groups for one in group)
        name = counts.most_common(1)[0][0]
        dropped = tuple(one for one in left if one.codemod == name)
        if dropped:
            also = counted(len(dropped), "other finding")
            trials.say(f"verify: one finding of {name} after the other fails; {also} left out, too")
            guilty.append(Guilty(dropped, trials.guilty(left).outcome, tried=False))
            left = [one for one in left if one.codemod != name]


@dataclass
class _Trials:
    """The runs of the command so far, and what they told."""

    session: Session
    start: Mapping[str, bytes]
    attempt: Attempt
    wanted: Verification
    bench: Bench
    say: Say
    begins: Say | None
    before: Outcome = field(default_factory=lambda: Outcome(0, 0, ()))
    runs: int = 0
    flaky: dict[str, None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    known: dict[str, Outcome] = field(default_factory=dict)
    """How the command ended, by what it was run on."""
    whole: tuple[Counter[str], Made, Mapping[str, bytes]] | None = None
    """All findings by fingerprint, what they lead to, and the overlay that it leaves."""

    def keep(self, made: Made) -> None:
        """Keep what all findings lead to: mostly all of them pass, and nothing else is needed."""
        key = Counter(one.fingerprint for one in made.settled.applied)
        self.whole = (key, made, dict(self.session.run.overlay))

    def try_untouched(self) -> None:
        """See that the command passes as things are.

        Raises:
            VerifyError: It does not, and nobody said that it may.
        """
        missing = ", ".join(self.bench.missing)
        if missing:
            self.warnings.append(f"these submodules are not checked out: {missing}")
        self.before = self._run([], "as things are")
        if self.before.status == 0:
            return
        message = f"{self._command} fails without any change ({self.before.how})"
        if not self.wanted.baseline_fails or self.before.status is None:
            raise VerifyError(
                f"{message}; nothing was applied\n{self.before.last_lines}",
                (f"submodules are not checked out: {missing}; " if missing else "")
                + "mend that first, name what it needs in `verify-copy`, "
                "or add --verify-baseline-fails",
            )
        self.warnings.append(f"{message}; only what fails besides is held against a finding")

    def try_canary(self, changes: Sequence[FileChange]) -> None:
        """See that the command fails when the modules that will change do."""
        broken = canaries(changes)
        if not broken:
            return
        outcome = self._run(broken, "with the changed modules broken")
        if not outcome.is_worse_than(self.before):
            modules = ", ".join(one.path for one in broken[:3])
            more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
            self.warnings.append(
                f"{self._command} does not notice when {modules}{more} cannot be imported: "
                "that it passes says nothing of this change"
            )

    def make(self, findings: Sequence[Finding]) -> Made:
        """What some of the findings lead to."""
        limit = Counter(one.fingerprint for one in findings)
        if self.whole is not None and self.whole[0] == limit:
            self.session.run.restore(self.whole[2])
            return self.whole[1]
        self.session.run.restore(self.start)
        return self.attempt(limit)

    def fails(self, findings: Sequence[Finding]) -> bool:
        """Whether the command fails with some of the findings; twice, to be believed."""
        changes = self.make(findings).settled.changes
        if not changes:
            return False
        key = _key(changes)
        if key not in self.known:
            what = f"with {counted(len(findings), 'finding')}"
            outcome = self._run(changes, what)
            if outcome.is_worse_than(self.before):
                again = self._run(changes, f"{what}, again")
                if not again.is_worse_than(self.before):
                    self._note_flaky(outcome, again)
                    outcome = again
            self.known[key] = outcome
        return self.known[key].is_worse_than(self.before)

    def guilty(self, findings: Sequence[Finding]) -> Guilty:
        """A group that was seen to fail, with how."""
        key = _key(self.make(findings).settled.changes)
        return Guilty(tuple(findings), self.known[key])

    @property
    def _command(self) -> str:
        return f"`{self.wanted.command}`"

    def _note_flaky(self, first: Outcome, second: Outcome) -> None:
        names = sorted(first.failed - second.failed) or [self.wanted.command]
        for name in names:
            self.flaky[name] = None
        self.say(f"verify: failed, then passed on the same files: {', '.join(names)}")

    def _run(self, changes: Sequence[FileChange], what: str) -> Outcome:
        self.runs += 1
        tick = None if self.begins is None else partial(self.begins, f"run {self.runs}, {what}")
        if tick:
            tick()
        with self.bench.holding(changes):
            outcome = run_command(
                self.wanted.command,
                self.bench.directory,
                self.bench.environment,
                self.wanted.timeout,
                tick,
            )
        how = "passed" if outcome.status == 0 else f"failed ({outcome.how})"
        self.say(f"verify: run {self.runs}, {what}: {how} in {outcome.seconds:.1f} s")
        return outcome


def _key(changes: Sequence[FileChange]) -> str:
    parts = [hashlib.sha256(one.after).hexdigest() + one.path for one in changes]
    return "\0".join(sorted(parts))


def _problems(session: Session, guilty: Sequence[Guilty], command: str) -> list[Problem]:
    places = {
        id(one): f"{one.path}:{session.source(one.path).position(one.span.start)[0]}"
        for group in guilty
        for one in group.findings
    }
    return [
        Problem(
            path=finding.path,
            line=int(places[id(finding)].rpartition(":")[2]),
            codemod=finding.codemod,
            message=f"left out: `{command}` fails with "
            + (f"it{_together(finding, group, places)}" if group.tried else _UNTRIED)
            + f" ({group.outcome.how})",
            hint="reproduce it: lever-fix apply --select "
            f"{shlex.quote(finding.codemod)} {shlex.quote(finding.path)}",
        )
        for group in guilty
        for finding in group.findings
    ]


_UNTRIED = "one finding of this codemod after the other, so this one was not tried by itself"


def _together(finding: Finding, group: Guilty, places: Mapping[int, str]) -> str:
    others = [places[id(one)] for one in group.findings if one is not finding]
    return f" and {', '.join(others)} together, with neither alone" if others else ""
