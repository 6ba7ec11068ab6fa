"""What is to be verified, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lever_fix.making import Made
from lever_fix.model import Finding, Problem
from lever_fix.verify.command import Outcome

Say = Callable[[str], None]
"""Hears of what goes on, a line at a time."""


@dataclass(frozen=True)
class Verification:
    """What the user wants run.

    Attributes:
        command: For the shell; exit status 0 means that all is well.
        timeout: Seconds after which a run counts as failed; 0 for never.
        baseline_fails: Whether to go on where it fails on the untouched tree: then whatever does
            not fail there must not fail with the changes.
        copy: Globs of untracked files that it needs, relative to the root.
    """

    command: str
    timeout: float = 0
    baseline_fails: bool = False
    copy: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guilty:
    """Findings that the command fails with, together where there are several.

    Attributes:
        findings: Left out, all of them.
        outcome: How the command ended with them.
        tried: Whether just these were seen to fail; else they are what is left of a codemod of
            which one finding after the other was.
    """

    findings: tuple[Finding, ...]
    outcome: Outcome
    tried: bool = True


@dataclass(frozen=True)
class Proof:
    """What may be written, and what was seen on the way.

    Attributes:
        made: What the innocent findings lead to: exactly this was seen to pass.
        guilty: What was left out.
        problems: The same, one for each finding.
        flaky: Tests that failed and then passed on the same files, where the output names them.
        warnings: What makes the proof weaker than it looks.
        runs: How often the command ran.
    """

    made: Made
    guilty: tuple[Guilty, ...] = ()
    problems: tuple[Problem, ...] = ()
    flaky: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    runs: int = 0
