"""Where the commands' plan comes from: an analysis or a file, less what a baseline knows."""

from __future__ import annotations

from pathlib import Path

from lever_fix import baseline as baselines
from lever_fix.cli.console import Voice
from lever_fix.errors import PlanError
from lever_fix.model import Plan
from lever_fix.report.plan import decode_plan
from lever_fix.report.text import counted
from lever_fix.workflow import Session


def plan_for(session: Session, file: Path | None, baseline: Path | None, voice: Voice) -> Plan:
    """The plan of a session, or the one in a file, without what the baseline lists.

    Raises:
        PlanError: A file cannot be read or is no plan or baseline.
    """
    plan = session.plan() if file is None else session.narrowed(read_plan(file))
    configured = session.resolver.for_directory().settings.baseline
    if baseline is None and configured is not None:
        baseline = session.root / configured
    if baseline is None:
        return plan
    known = baselines.decode_baseline(read_file(baseline), str(baseline))
    since = baselines.since_baseline(
        plan, known, ran=session.chosen, checked=session.run.groups.__contains__
    )
    if since.stale:
        voice.say(
            f"{baseline}: {counted(len(since.stale), 'entry', 'entries')} match nothing any more;"
            f" write it again with --write-baseline {baseline}"
        )
    return since.plan


def read_plan(file: Path) -> Plan:
    """The plan that a file holds.

    Raises:
        PlanError: It cannot be read or is no plan.
    """
    return decode_plan(read_file(file), str(file))


def read_file(file: Path) -> bytes:
    """The bytes of a plan or baseline.

    Raises:
        PlanError: It cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise PlanError(f"{file}: cannot be read: {error.strerror}") from error
