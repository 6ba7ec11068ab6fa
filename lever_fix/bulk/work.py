"""One order carried out: on any machine, in a clone of its own, from values to values."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lever_fix.api import Plan, Project, Result
from lever_fix.apply.worktree import is_alive, remove_strays
from lever_fix.bulk.clone import checked_out
from lever_fix.bulk.git import git, quietly, without_secrets, word
from lever_fix.bulk.order import (
    Codemod,
    Count,
    LeftOut,
    Order,
    Outcome,
    Stage,
    decode_order,
    decode_outcome,
    encode,
)
from lever_fix.bulk.shapes import shapes_of
from lever_fix.codemod_names import parse_codemod_name, with_place
from lever_fix.errors import BulkError, LeverFixError, VerifyError, failure
from lever_fix.model import Finding, Problem, Safety
from lever_fix.report.plan import encode_plan
from lever_fix.verify.model import Verification

TRAILER = "Lever-Campaign"
"""The trailer that names the campaign a commit belongs to."""

_PLACE = re.compile(r"lever-fix-bulk-(?P<process>\d+)-\w+")


@dataclass
class _Progress:
    """What is known of a repository so far, kept whatever comes next."""

    outcome: Outcome
    started: float = field(default_factory=time.monotonic)

    def set(self, **fields: object) -> None:
        self.outcome = msgspec.structs.replace(self.outcome, **fields)

    def finished(self, error: Exception | None) -> Outcome:
        if isinstance(error, LeverFixError):
            self.set(error=error.message, hint=error.hint)
        elif error is not None:
            self.set(error=f"internal error: {type(error).__name__}: {error}")
        self.set(seconds=self.outcome.seconds + time.monotonic() - self.started)
        return self.outcome


def carry_out(data: bytes) -> bytes:
    """An encoded order carried out; an error of the repository is an outcome, too."""
    order = decode_order(data)
    progress = _Progress(Outcome(name=order.name))
    error = failure(lambda: _carried_out(order, progress))
    return encode(progress.finished(error))


def push(data: bytes) -> bytes:
    """Push the branch of an order that was carried out before; takes and gives encoded values."""
    raw_order, raw_outcome = msgspec.msgpack.decode(data, type=tuple[bytes, bytes])
    order = decode_order(raw_order)
    progress = _Progress(decode_outcome(raw_outcome))
    progress.set(error="", hint="")
    error = failure(lambda: _pushed(order, progress))
    return encode(progress.finished(error))


def _carried_out(order: Order, progress: _Progress) -> None:
    with _place() as name, quietly(order.moment):
        clone = Path(name) / "clone"
        aside = checked_out(order.url, order.commit, order.reference, order.depth, clone)
        progress.set(warnings=tuple(aside))
        if not order.plan_only:
            _check_identity(clone)
        project = Project(
            clone,
            codemods=_codemod_files(order.codemods, Path(name) / "codemods"),
            config={"target-version": order.target_version} if order.target_version else None,
            trusted=False,
            jobs=1,
            cache=False,
        )
        plan = project.plan(select=order.select, ignore=order.ignore, unsafe=order.unsafe)
        _note_plan(plan, progress)
        if order.plan_only:
            return
        if order.accepted is not None:
            accepted = frozenset(order.accepted)
            plan = plan.filter(lambda finding: finding.fingerprint in accepted)
        result = _applied(project, plan, order, progress)
        _note_result(plan, result, progress)
        if result.commits:
            _pack(order, clone, progress)


def _check_identity(clone: Path) -> None:
    """See that commits can be made, before any work goes into them."""
    try:
        git("var", "GIT_COMMITTER_IDENT", cwd=clone)
    except BulkError as error:
        raise BulkError(
            "git does not know who you are, so it cannot commit",
            'git config --global user.email "you@example.com", and user.name, where it works',
        ) from error


def _place() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f"lever-fix-bulk-{os.getpid()}-")


def remove_abandoned() -> None:
    """Remove the clones of processes of this machine that are no more."""
    for path in Path(tempfile.gettempdir()).glob("lever-fix-bulk-*"):
        match = _PLACE.fullmatch(path.name)
        if match and not is_alive(int(match["process"])):
            shutil.rmtree(path, ignore_errors=True)
    remove_strays()


def _codemod_files(codemods: Iterable[Codemod], directory: Path) -> list[str]:
    """The campaign's own codemods as files of this machine, beside the clone and never in it."""
    named = []
    for number, one in enumerate(codemods):
        if one.text is None:
            named.append(one.name)
            continue
        # Two folders of a campaign may have files of the same name.
        path = directory / str(number) / Path(parse_codemod_name(one.name).place).name
        path.parent.mkdir(parents=True)
        path.write_text(one.text, encoding="utf-8")
        named.append(with_place(one.name, str(path)))
    return named


def _note_plan(plan: Plan, progress: _Progress) -> None:
    progress.set(
        stage=Stage.PLANNED,
        files=plan.value.checked,
        counts=tuple(_counts(plan)),
        shapes=tuple(shapes_of(plan)),
        problems=tuple(map(_said, plan.problems)),
        plan=encode_plan(plan.value),
    )


def _counts(plan: Plan) -> Iterator[Count]:
    least = Safety.UNSAFE if plan.unsafe else Safety.SAFE
    for name, part in plan.by_codemod().items():
        display = sum(finding.fix is None for finding in part)
        asked = sum(finding.fix is not None and finding.safety >= least for finding in part)
        found = len(part.findings)
        yield Count(name, found, unasked=found - asked - display, display=display)


def _said(problem: Problem) -> str:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path
    return f"{where}: {problem.message}"


def _applied(project: Project, plan: Plan, order: Order, progress: _Progress) -> Result:
    wanted = Verification(order.verify, order.verify_timeout, order.verify_baseline_fails)
    try:
        return project.apply(
            plan,
            commit="per-codemod",
            branch=order.branch,
            message=order.message,
            trailer=f"{TRAILER}: {order.campaign}",
            verify=wanted if order.verify else "",
        )
    except VerifyError:
        progress.set(stage=Stage.APPLIED)
        raise


def _note_result(plan: Plan, result: Result, progress: _Progress) -> None:
    from lever_fix.apply.patch import unified_patch

    made = Counter(finding.codemod for finding in result.findings)
    planned = {count.codemod: count for count in progress.outcome.counts}
    for name in sorted({*made} - {*planned}):
        planned[name] = Count(name)
    proof = result.proof
    known = {problem.message for problem in proof.problems} if proof else set()
    other = [one for one in result.problems if one.message not in known]
    progress.set(
        stage=Stage.COMMITTED if result.commits else Stage.CLEAN,
        changed=len(result.changes),
        counts=tuple(
            msgspec.structs.replace(planned[name], applied=made[name]) for name in sorted(planned)
        ),
        problems=(*progress.outcome.problems, *map(_said, other)),
        warnings=(*progress.outcome.warnings, *(proof.warnings if proof else ())),
        left_out=tuple(_left_out(plan, result)),
        verify_runs=proof.runs if proof else 0,
        patch=unified_patch(result.changes),
        commits=result.commits,
    )


def _left_out(plan: Plan, result: Result) -> Iterable[LeftOut]:
    if result.proof is None:
        return
    outputs: dict[Finding, str] = {
        finding: group.outcome.last_lines
        for group in result.proof.guilty
        for finding in group.findings
    }
    problems = iter(result.proof.problems)
    for finding, output in outputs.items():
        problem = next(problems)
        place = f"{problem.path}:{problem.line}"
        yield LeftOut(place, finding.codemod, problem.message, output)


def _pack(order: Order, clone: Path, progress: _Progress) -> None:
    """The branch as a bundle: enough to push it from any other clone."""
    file = clone.parent / "branch.bundle"
    span = (f"refs/heads/{order.branch}", f"^{order.commit}")
    git("bundle", "create", "--quiet", str(file), *span, cwd=clone)
    progress.set(bundle=file.read_bytes())


def _pushed(order: Order, progress: _Progress) -> None:
    with _place() as name, quietly():
        clone, file = Path(name) / "clone", Path(name) / "branch.bundle"
        checked_out(order.url, order.commit, order.reference, order.depth, clone)
        file.write_bytes(progress.outcome.bundle)
        branch = f"refs/heads/{order.branch}"
        git("fetch", "--quiet", str(file), f"{branch}:{branch}", cwd=clone)
        ours = word("rev-parse", branch, cwd=clone)
        there = word("ls-remote", "--end-of-options", order.url, branch, cwd=clone).partition("\t")
        if there[0] and there[0] != ours:
            raise BulkError(
                f"{without_secrets(order.url)} has a branch {order.branch} already, "
                "with something else on it",
                "delete it there, or name another branch in the campaign",
            )
        if not there[0]:
            git("push", "--quiet", "--no-verify", order.url, f"{branch}:{branch}", cwd=clone)
        progress.set(stage=Stage.PUSHED)
