"""Where the commands' plan comes from: an analysis or a file, less what a baseline knows."""

from __future__ import annotations

from pathlib import Path

from lever_fix import baseline as baselines
from lever_fix.cli.console import Voice
from lever_fix.errors import PlanError
from lever_fix.model import Plan
from lever_fix.report.plan import decode_plan
from lever_fix.report.text import counted
from lever_fix.workflow import Session, refuse_stale


def plan_for(
    session: Session,
    file: Path | None,
    baseline: Path | None,
    voice: Voice,
    *,
    configured: bool = True,
) -> Plan:
    """The plan of a session, or the one in a file, without what the baseline lists.

    Args:
        session: What to analyse.
        file: The plan to read instead.
        baseline: The baseline the user named.
        voice: Where to mention what is out of date.
        configured: Whether the baseline in the settings counts where none is named.

    Raises:
        PlanError: A file cannot be read, is no plan or baseline, or is out of date.
    """
    if file is None:
        if not session.run.groups and not session.problems:
            voice.say("No Python files found here; nothing was looked at.")
        plan = session.plan()
    else:
        plan = read_plan(file)
        refuse_stale(session, plan)
        plan = session.narrowed(plan)
    setting = session.resolver.for_directory().settings.baseline
    if baseline is None and setting is not None and configured:
        baseline = session.root / setting
    if baseline is None:
        return plan
    known = baselines.decode_baseline(read_file(baseline), str(baseline))
    failed = {problem.path for problem in plan.problems}
    since = baselines.since_baseline(
        plan,
        known,
        ran=session.chosen,
        checked=lambda path: path in session.run.groups and path not in failed,
    )
    if since.stale and session.since is None and file is None:
        entries = counted(len(since.stale), "entry matches", "entries match")
        again = f"write it again with --write-baseline {baseline}"
        voice.say(f"{baseline}: {entries} nothing any more; {again}")
    left = {one.fingerprint for one in since.plan.findings}
    session.known = frozenset(known.keys() - left)
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
        raise PlanError(
            f"{file}: cannot be read: {error.strerror}",
            "`lever-fix check` writes plans with --format plan --output FILE, and baselines with "
            "--write-baseline FILE",
        ) from error
