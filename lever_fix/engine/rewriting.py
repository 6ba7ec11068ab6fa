"""One file's new text with as many of its findings as verify, found by bisection."""

from __future__ import annotations

from collections.abc import Sequence

from lever_fix.engine.analyse import problem
from lever_fix.engine.workers import Workbench
from lever_fix.errors import SourceError, failure
from lever_fix.model import Finding, Problem, Value
from lever_fix.rewrite.verify import check_compiles, complaints
from lever_fix.sources import SourceFile, decode, read


class RewriteJob(Value, frozen=True):
    """One file to rewrite, with the findings to make there."""

    path: str
    findings: tuple[Finding, ...]
    line_length: int
    sha256: str = ""
    """Of the bytes that were analysed; empty where nobody knows."""
    data: bytes | None = None
    first_party: tuple[str, ...] = ()
    """Top-level packages of the project, which new imports keep apart from."""


class Dropped(Value, frozen=True, omit_defaults=True):
    """A finding that could not be made, and why."""

    fingerprint: str
    complaint: str
    hint: str = ""


class Rewritten(Value, frozen=True, omit_defaults=True):
    """What became of one file."""

    path: str
    data: bytes = b""
    dropped: tuple[Dropped, ...] = ()
    problem: Problem | None = None


def rewrite_jobs(bench: Workbench, jobs: list[RewriteJob]) -> list[Rewritten]:
    """Rewrite files and verify what they become. Never raises a user error."""
    return [_rewrite_job(bench, job) for job in jobs]


def _rewrite_job(bench: Workbench, job: RewriteJob) -> Rewritten:
    try:
        source = read(bench.root, job.path) if job.data is None else decode(job.path, job.data)
        if job.sha256 not in ("", source.sha256):
            raise changed_meanwhile(job.path)
    except SourceError as error:
        return _none_of(job, error)
    return rewrite(source, job)


def rewrite(source: SourceFile, job: RewriteJob) -> Rewritten:
    """Rewrite the file that a job is about, and verify what it becomes."""
    try:
        data, dropped = _largest(source, job)
    except SourceError as error:
        return _none_of(job, error)
    return Rewritten(job.path, data, tuple(dropped))


def _none_of(job: RewriteJob, error: SourceError) -> Rewritten:
    every = tuple(Dropped(one.fingerprint, error.message) for one in job.findings)
    return Rewritten(job.path, b"", every, problem(job.path, error))


def changed_meanwhile(path: str) -> SourceError:
    """A file is not what was analysed: edits may be spliced into the wrong places."""
    return SourceError(f"{path}: it changed while lever-fix was at work", "run it again")


def _largest(source: SourceFile, job: RewriteJob) -> tuple[bytes, list[Dropped]]:
    """The bytes with as many of the job's findings as verify together, found by bisection.

    Raises:
        SourceError: The file as it is does not parse, so nothing can be shown.
    """
    kept: list[Finding] = []
    dropped: list[Dropped] = []
    data = source.encode(source.text)

    def add(block: Sequence[Finding]) -> None:
        nonlocal data
        attempt = [*kept, *block]
        result, complaint, hint = _attempt(source, attempt, job)
        if result is not None:
            kept[:], data = attempt, result
            return
        if not dropped and len(block) == len(job.findings):
            check_compiles(source.path, source.text)
        if len(block) == 1:
            dropped.append(Dropped(block[0].fingerprint, complaint, hint))
        else:
            add(block[: len(block) // 2])
            add(block[len(block) // 2 :])

    if job.findings:
        add(job.findings)
    return data, dropped


def _attempt(
    source: SourceFile, findings: Sequence[Finding], job: RewriteJob
) -> tuple[bytes | None, str, str]:
    """The verified bytes that findings lead to; or None, what is wrong with them, and a hint."""
    from lever_fix.rewrite.compose import compose  # as much to load as all that `check` needs

    made: list[bytes] = []
    wrong: list[tuple[str, str]] = []

    def attempt() -> None:
        composed = compose(source, findings, job.line_length, first_party=job.first_party)
        wrong.extend((found.message, found.hint) for found in composed.problems)
        if not wrong:
            wrong.extend((one, "") for one in complaints(source, composed.text, findings))
        if not wrong:
            made.append(source.encode(composed.text))

    error = failure(attempt)
    if isinstance(error, SourceError):
        wrong.append((error.message, error.hint))
    elif isinstance(error, ValueError):
        wrong.append((str(error), ""))
    elif error is not None:
        # What a fix asks for may be odd enough to break what carries it out.
        wrong.append((f"it cannot be carried out: {type(error).__name__}: {error}", ""))
    return (None, *wrong[0]) if wrong else (made[0], "", "")
