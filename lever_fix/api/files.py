"""The plan and baseline files that an analysis starts from."""

from __future__ import annotations

from pathlib import Path

from lever_fix import baseline as baselines
from lever_fix.errors import PlanError
from lever_fix.model import Plan
from lever_fix.report.text import counted
from lever_fix.workflow import Session


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


def baseline_file(session: Session, named: str | Path | None, *, configured: bool) -> Path | None:
    """The baseline that counts; a stranger's settings cannot name one outside of the project."""
    if named is not None:
        return Path(named)
    setting = session.resolver.for_directory().settings.baseline
    if setting is None or not configured:
        return None
    file = session.root / setting
    if not session.trusted and not file.resolve().is_relative_to(session.root.resolve()):
        return None
    return file


def without_known(session: Session, value: Plan, file: Path) -> tuple[Plan, str]:
    """The plan without what a baseline knows, and what to say where that is out of date."""
    known = baselines.decode_baseline(read_file(file), str(file))
    failed = {problem.path for problem in value.problems}
    since = baselines.since_baseline(
        value,
        known,
        ran=session.chosen,
        checked=lambda path: path in session.run.groups and path not in failed,
    )
    left = {one.fingerprint for one in since.plan.findings}
    session.known = frozenset(known.keys() - left)
    entries = counted(len(since.stale), "entry matches", "entries match")
    again = f"write it again with --write-baseline {file}"
    return since.plan, f"{file}: {entries} nothing any more; {again}" if since.stale else ""
