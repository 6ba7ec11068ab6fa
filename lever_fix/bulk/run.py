"""A campaign from where it stands to where it can get; one failing repository stops no other."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from lever_fix.bulk import work
from lever_fix.bulk.campaign import (
    EXECUTORS,
    Campaign,
    Repository,
    order_for,
    read_campaign,
    repositories,
)
from lever_fix.bulk.executors import Executor, Lost, dask, local
from lever_fix.bulk.git import quietly, remote_commit
from lever_fix.bulk.order import DONE, Order, Outcome, Stage, decode_outcome, encode
from lever_fix.bulk.state import Row, State, opened_state, work_of
from lever_fix.errors import BulkError, LeverFixError, UsageError, did_you_mean, failure
from lever_fix.report.text import counted

Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What a user asked of a campaign, the file aside.

    Attributes:
        push: Whether to push what is committed.
        plan_only: Whether to stop when all is planned.
        failed: Whether to take up again what failed, and nothing else.
        only: Glob of the names of repositories to work on; empty for all.
        executor: In place of what the campaign says.
        scheduler: Address of a dask scheduler.
        jobs: Worker processes, in place of what the campaign says.
    """

    push: bool = False
    plan_only: bool = False
    failed: bool = False
    only: str = ""
    executor: str = ""
    scheduler: str = ""
    jobs: int = 0


def run_campaign(file: Path, asked: Asked, say: Say, execute: Executor | None = None) -> list[Row]:
    """Take every repository of a campaign as far as it can get.

    Args:
        file: The campaign.
        asked: What else a user asked for.
        say: Hears of what goes on, a line at a time.
        execute: Where to work, in place of what the campaign and the user say.

    Returns:
        How every repository stands.

    Raises:
        LeverFixError: The campaign is wrong; what goes wrong in a repository is in its row.
    """
    campaign = read_campaign(file)
    if asked.push and asked.plan_only:
        raise UsageError("--plan-only pushes nothing", "leave --push out")
    every = repositories(campaign, file)
    if not any(_is_meant(one.name, asked) for one in every):
        names = ", ".join(one.name for one in every[:8])
        more = f" and {len(every) - 8} more" if len(every) > 8 else ""
        raise UsageError(f"--only: no repository's name matches '{asked.only}'", names + more)
    execute = execute or _executor(campaign, asked)
    work.remove_abandoned()
    with opened_state(file) as state:
        state.enrol((one.name, one.url) for one in every)
        moment = state.fact("moment", datetime.now(UTC).isoformat(timespec="seconds"))
        orders = _orders(campaign, file, every, state, asked, moment, say)
        _execute(execute, work.carry_out, orders, state, say)
        if asked.push and not asked.plan_only:
            _push(execute, state, asked, say)
        return [row for row in state.rows() if _is_meant(row.name, asked)]


def _executor(campaign: Campaign, asked: Asked) -> Executor:
    jobs = asked.jobs or campaign.jobs
    chosen = asked.executor or ("dask" if asked.scheduler else campaign.executor)
    if chosen not in EXECUTORS:
        hint = did_you_mean(chosen, EXECUTORS) or f"there are: {', '.join(EXECUTORS)}"
        raise UsageError(f"no executor is called '{chosen}'", hint)
    return dask(jobs, asked.scheduler) if chosen == "dask" else local(jobs)


def _is_meant(name: str, asked: Asked) -> bool:
    return not asked.only or fnmatch.fnmatchcase(name, asked.only)


def _orders(
    campaign: Campaign,
    file: Path,
    every: Sequence[Repository],
    state: State,
    asked: Asked,
    moment: str,
    say: Say,
) -> list[Order]:
    """What is left to be done; where a repository stands is asked of it once."""
    rows = {row.name: row for row in state.rows()}
    decisions = state.decisions()
    wanted = []
    for repository in every:
        row = rows[repository.name]
        order = order_for(campaign, file, repository, row.commit, moment)
        if campaign.review or asked.plan_only or decisions:
            order = _reviewed(order, row, decisions, asked)
        if _is_meant(row.name, asked) and _is_open(row, order, asked):
            wanted.append(order)
    return _at_commits(wanted, state, say)


def _reviewed(order: Order, row: Row, decisions: dict[str, bool], asked: Asked) -> Order:
    """The order with what was accepted of it; without any decision it is for planning alone."""
    shapes = row.outcome.shapes if row.outcome else ()
    decided = [one for one in shapes if one.key in decisions]
    if asked.plan_only or not decided:
        return msgspec.structs.replace(order, plan_only=True)
    accepted = [name for one in decided if decisions[one.key] for name in one.fingerprints]
    return msgspec.structs.replace(order, accepted=tuple(accepted))


def _is_open(row: Row, order: Order, asked: Asked) -> bool:
    """Whether there is anything left to do in a repository."""
    if asked.failed:
        return bool(row.error)
    if row.stage is Stage.PUSHED:
        return False
    same = row.work == work_of(order)
    if row.error:
        return not same  # a failure is taken up again by --failed, or when the campaign changed
    done = {Stage.PLANNED} if order.plan_only else DONE
    return not (same and row.stage in done)


def _at_commits(orders: Sequence[Order], state: State, say: Say) -> list[Order]:
    """The orders, each at the commit that its repository stands at now."""

    def placed(order: Order) -> Order | LeverFixError:
        found: list[str] = []
        error = failure(lambda: found.append(remote_commit(order.url, order.reference)))
        if error is None:
            return msgspec.structs.replace(order, commit=found[0])
        return error if isinstance(error, LeverFixError) else BulkError(str(error))

    # What was planned is made where it was planned: decisions are about that commit.
    ready = [order for order in orders if order.accepted is not None and order.commit]
    asking = [order for order in orders if order not in ready]
    with ThreadPoolExecutor(8) as pool, quietly():
        for order, result in zip(asking, pool.map(placed, asking), strict=True):
            if isinstance(result, Order):
                ready.append(result)
            else:
                outcome = Outcome(name=order.name, error=result.message, hint=result.hint)
                state.record(order, outcome)
                say(f"{order.name}: {told(outcome)}")
    return ready


def _execute(
    execute: Executor,
    step: Callable[[bytes], bytes],
    orders: Sequence[Order],
    state: State,
    say: Say,
) -> None:
    if not orders:
        return
    say(f"{len(orders)} to do")
    results = execute(step, [encode(order) for order in orders])
    for done, (at, result) in enumerate(results, 1):
        order = orders[at]
        outcome = _outcome(order, result, Stage.PENDING)
        state.record(order, outcome)
        say(f"[{done}/{len(orders)}] {order.name}: {told(outcome)}")


def _push(execute: Executor, state: State, asked: Asked, say: Say) -> None:
    """Push what is committed, from its bundle: nothing is worked out again."""
    waiting = [
        (row.order, row.outcome)
        for row in state.rows()
        if row.stage is Stage.COMMITTED
        and row.order is not None
        and row.outcome is not None
        and _is_meant(row.name, asked)
        and (not row.error or asked.failed)
    ]
    if not waiting:
        return
    items = [msgspec.msgpack.encode((encode(order), encode(was))) for order, was in waiting]
    for at, result in execute(work.push, items):
        order, was = waiting[at]
        outcome = _outcome(order, result, Stage.COMMITTED)
        if isinstance(result, Lost):
            outcome = msgspec.structs.replace(was, error=result.error)
        state.record(order, outcome)
        say(f"{order.name}: {told(outcome)}")


def _outcome(order: Order, result: bytes | Lost, stage: Stage) -> Outcome:
    if isinstance(result, Lost):
        return Outcome(name=order.name, stage=stage, error=result.error)
    return decode_outcome(result)


def told(outcome: Outcome) -> str:
    """An outcome in a line."""
    if outcome.error:
        hint = f" ({outcome.hint})" if outcome.hint else ""
        return f"failed: {outcome.error.splitlines()[0]}{hint}"
    applied = sum(count.applied for count in outcome.counts)
    found = sum(count.found for count in outcome.counts)
    text = outcome.stage.value
    if outcome.stage is Stage.PLANNED:
        text += f", {found} found"
    elif outcome.stage is not Stage.CLEAN:
        text += f", {applied} applied in {counted(outcome.changed, 'file')}"
    if outcome.left_out:
        text += f", {len(outcome.left_out)} left out by the verify command"
    if outcome.problems:
        text += f", {counted(len(outcome.problems), 'problem')}"
    return f"{text} ({outcome.seconds:.1f} s)"
