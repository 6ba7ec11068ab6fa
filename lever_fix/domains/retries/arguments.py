"""The keyword arguments that a retry is written with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lever_fix.domains.retries.callbacks import (
    OUTCOME,
    Callback,
    Setting,
    callback,
    giving_up,
    types_of,
)
from lever_fix.domains.retries.clock import stop_of
from lever_fix.domains.retries.delays import STATE, Wait
from lever_fix.domains.retries.model import Clause, NotRewritableError, RetryLoop
from lever_fix.domains.retries.predicates import Predicate, predicate_of
from lever_fix.domains.retries.syntax import given_sleep, is_pure, loaded
from lever_fix.domains.retries.waits import delay_of, wait_of
from lever_fix.domains.retries.wording import written
from lever_fix.knowledge.retry_facts import NAMES
from lever_fix.semantics.module import Module

TENACITY = re.compile(
    rf"(?<![\w.])(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})(?=[(,]| if |\Z)"
)
"""A name of tenacity, called or passed on."""


@dataclass(frozen=True)
class Named:
    """A function that tenacity calls.

    Attributes:
        name: Its name.
        callback: What it does.
        error: The name of the exception that it is given; empty where it is given the state.
    """

    name: str
    callback: Callback
    error: str = ""


@dataclass(frozen=True)
class Arguments:
    """What a retry is called with.

    Attributes:
        texts: The arguments, `name=value`, in order.
        names: The names of tenacity in them.
        functions: The functions among them, to be defined before.
        reads: Names of the program that the arguments themselves read.
        closes_over: Names that functions and lambdas read when they are called.
        doubts: What could not be shown.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    functions: tuple[Named, ...]
    reads: frozenset[str]
    closes_over: frozenset[str]
    doubts: tuple[str, ...]


def arguments_of(setting: Setting, final: str, suffix: str, gives: str = "None") -> Arguments:
    """The arguments for a retry.

    Args:
        setting: What the text depends on.
        final: `raise` where the last failure is raised; `fall` where the loop just ends;
            `result` where the last result comes out.
        suffix: What tells the names of its functions from others in the module.
        gives: What comes out after the last failure, of `fall`.
    """
    retry = setting.retry
    predicate = predicate_of(setting.module, retry)
    after = callback(setting, lambda clause: clause.always, after=True)
    before_sleep = callback(setting, lambda clause: clause.between, after=False)
    waits = _waits(setting)
    functions: list[Named] = []
    texts = _stop(retry)
    texts += _wait(setting, waits, functions, suffix)
    if predicate.body:
        deciding = Callback(predicate.body, "", frozenset(), False, False)
        functions.append(Named(f"should_retry{suffix}", deciding, predicate.error))
        texts.append(f"retry=retry_if_exception(should_retry{suffix})")
    else:
        texts.append(f"retry={predicate.text}")
    texts += _called("before_sleep", before_sleep, _name(before_sleep, "retry", suffix), functions)
    texts += _called("after", after, _name(after, "failure", suffix), functions)
    texts += _sleep(setting, waits)
    if setting.keeps_sleep:
        wanted = "raise" if final == "raise" else gives
        texts += _last_sleep(setting, functions, wanted, suffix)
    elif final == "give-up":
        functions.append(Named(f"give_up{suffix}", giving_up(setting, retry.clauses[0])))
        texts.append(f"retry_error_callback=give_up{suffix}")
    elif final == "result":
        texts += _last_result(setting, functions, suffix)
    elif final == "fall":
        texts.append(f"retry_error_callback=lambda _: {gives}")
    else:
        texts.append("reraise=True")
    return _collected(setting, texts, functions, predicate, waits, [after, before_sleep])


def _waits(setting: Setting) -> list[Wait]:
    """The wait of each clause; as functions of the number where they differ."""
    module, head, clauses = setting.module, setting.retry.head, setting.retry.clauses
    waits = [wait_of(module, head, one, exact=_logs_delay(one)) for one in clauses]
    if len({one.text for one in waits}) > 1:
        waits = [wait_of(module, head, one, exact=True, by_number=True) for one in clauses]
    return waits


def _stop(retry: RetryLoop) -> list[str]:
    """When to give up."""
    if retry.attempts is not None:
        stop = f"stop_after_attempt({retry.attempts})"
        unlimited = [f"{name} is None" for name in sorted(retry.head.optional)]
        return [
            f"stop=stop_never if {' or '.join(unlimited)} else {stop}"
            if unlimited
            else f"stop={stop}"
        ]
    if retry.head.deadline is not None:
        deadline = retry.head.deadline
        texts = {"time": written(deadline.time)}
        if deadline.only is not None:
            texts["only"] = written(deadline.only)
        return [f"stop={stop_of(deadline, texts)}"]
    return []


def _wait(
    setting: Setting, waits: Sequence[Wait], functions: list[Named], suffix: str
) -> list[str]:
    """How long to wait."""
    text, made = _wait_text(setting, waits)
    if made is not None:
        text = f"delay_before{suffix}_retry"
        functions.append(Named(text, made))
    return [f"wait={text}"] if text else []


def _called(keyword: str, made: Callback | None, name: str, functions: list[Named]) -> list[str]:
    """What to call, as a lambda or by its name."""
    if made is None:
        return []
    if made.inline:
        state = STATE if re.search(rf"\b{STATE}\b", made.inline) else "_"
        return [f"{keyword}=lambda {state}: {made.inline}"]
    functions.append(Named(name, made))
    return [f"{keyword}={name}"]


def _last_sleep(setting: Setting, functions: list[Named], gives: str, suffix: str) -> list[str]:
    """What sleeps once more after the last failure, as the loop does."""
    retry = setting.retry
    delay = next(one.delay for one in retry.clauses if one.delay is not None)
    call = delay.node.value if isinstance(delay.node, ast.Expr) else None
    call = call.value if isinstance(call, ast.Await) else call
    if retry.blocks or not isinstance(call, ast.Call):
        raise NotRewritableError("final-sleep", "the sleep after the last failure cannot be kept")
    word = "await " if retry.is_async else ""
    sleep = f"{word}{ast.unparse(call.func)}({STATE}.upcoming_sleep)"
    if gives == "None" and not retry.is_async:
        return [f"retry_error_callback=lambda {STATE}: {sleep}"]
    lines = [sleep]
    if gives == "raise":
        asserted = [f"assert {STATE}.outcome is not None"] if setting.typed else []
        known = ["assert error is not None"] if setting.typed else []
        lines = [sleep, *asserted, f"error = {OUTCOME}", *known, "raise error"]
    elif gives != "None":
        lines.append(f"return {gives}")
    made = Callback("\n".join(lines), "", frozenset(), retry.is_async, False)
    functions.append(Named(f"last{suffix}_sleep", made))
    return [f"retry_error_callback=last{suffix}_sleep"]


def _last_result(setting: Setting, functions: list[Named], suffix: str) -> list[str]:
    """What gives the last result, good or bad, or raises the last failure."""
    if not setting.typed:
        return [f"retry_error_callback=lambda {STATE}: {STATE}.outcome.result()"]
    body = f"assert {STATE}.outcome is not None\nreturn {STATE}.outcome.result()"
    made = Callback(body, "", frozenset(), False, False)
    functions.append(Named(f"last{suffix}_result", made))
    return [f"retry_error_callback=last{suffix}_result"]


def _name(made: Callback | None, what: str, suffix: str) -> str:
    if made is None or made.inline:
        return ""
    if made.logs:
        return f"log{suffix}_{what}"
    return f"{'before' if what == 'retry' else 'after'}{suffix}_{what}"


def _collected(
    setting: Setting,
    texts: list[str],
    functions: list[Named],
    predicate: Predicate,
    waits: Sequence[Wait],
    made: Sequence[Callback | None],
) -> Arguments:
    retry = setting.retry
    bodies = [one.callback.body for one in functions]
    names = {name for text in (*texts, *bodies) for name in TENACITY.findall(text)}
    reads: set[str] = set(predicate.reads)
    closes_over = {name for one in made if one for name in one.reads}
    closes_over |= {name for one in functions for name in one.callback.reads}
    if retry.attempts is not None:
        reads |= {name for text, _ in retry.attempts.terms for name in _words(text)}
    reads |= {name for text in texts if text.startswith("sleep=") for name in _given(text)}
    if retry.head.deadline is not None:
        only = retry.head.deadline.only
        reads |= loaded([retry.head.deadline.time, *([only] if only is not None else [])])
    for clause, wait in zip(retry.clauses, waits, strict=True):
        if clause.delay is not None:
            used = loaded([delay_of(clause)]) - retry.head.counters.keys()
            for name, growing in retry.head.accumulators.items():
                if name in used:
                    used |= loaded([x for x in (growing.start, growing.factor, growing.cap) if x])
            used -= {*retry.head.accumulators, clause.handler.name or ""}
            if retry.head.delays and retry.head.delays[0] in used:
                used = used - {retry.head.delays[0]} | loaded([retry.head.delays[1]])
            if wait.is_function:
                closes_over |= used
            else:
                reads |= used
    return Arguments(
        tuple(texts),
        tuple(sorted(names)),
        tuple(functions),
        frozenset(reads),
        frozenset(closes_over),
        tuple(dict.fromkeys(_doubts(setting, waits))),
    )


def _given(argument: str) -> set[str]:
    """Names that a given sleep is read from."""
    value = ast.parse(argument.removeprefix("sleep="), mode="eval").body
    return loaded([value]) if isinstance(value, ast.Name | ast.Attribute) else set()


def _words(text: str) -> set[str]:
    tree = ast.parse(text.lstrip("^"), mode="eval")
    return loaded([tree])


def _logs_delay(clause: Clause) -> bool:
    """Whether a step between two attempts tells how long is slept."""
    delay = clause.delay.delay if clause.delay else None
    if not isinstance(delay, ast.Name):
        return False
    return any(step.kind != "assign" and delay.id in loaded([step.node]) for step in clause.between)


def _wait_text(setting: Setting, waits: Sequence[Wait]) -> tuple[str, Callback | None]:
    """One wait for all clauses: an expression, or a function that tells them apart."""
    first = waits[0]
    if all(one.text == first.text for one in waits):
        if not first.is_function:
            return first.text, None
        if not first.reads_error:
            state = STATE if re.search(rf"\b{STATE}\b", first.text) else "_"
            return f"lambda {state}: {first.text}", None
        return _asking_wait(setting, first)
    if setting.retry.again:
        raise NotRewritableError("result-decides", "a failure and a bad result wait differently")
    return _dispatching_wait(setting, waits)


def _asking_wait(setting: Setting, wait: Wait) -> tuple[str, Callback | None]:
    """A wait that asks the exception, such as for `Retry-After`."""
    clause = setting.retry.clauses[0]
    error = clause.handler.name or "error"
    if not setting.typed and not re.search(rf"\b{STATE}\b", wait.text):
        return f"wait_exception(lambda {error}: {wait.text})", None
    lines = [f"{error} = {OUTCOME}", f"return {wait.text}"]
    if setting.typed:
        lines[:0] = [f"assert {STATE}.outcome is not None"]
        types = types_of(setting.retry.clauses)
        lines[2:2] = [f"assert isinstance({error}, {types})"]
    return "", Callback("\n".join(lines), "", frozenset(), False, False)


def _dispatching_wait(setting: Setting, waits: Sequence[Wait]) -> tuple[str, Callback | None]:
    """A function that sleeps as long as the clause says that caught the exception."""
    retry = setting.retry
    names = {one.handler.name for one in retry.clauses if one.handler.name}
    if len(names) > 1:
        raise NotRewritableError("handler-names", "the exception has several names")
    error = next(iter(names), "error")
    lines = [f"assert {STATE}.outcome is not None"] if setting.typed else []
    lines.append(f"{error} = {OUTCOME}")
    for clause, wait in zip(retry.clauses, waits, strict=True):
        value = wait.text or "0"
        if wait.text and not wait.is_function:
            value = f"{wait.text}({STATE})"
        if clause is retry.clauses[-1]:
            if wait.reads_error and setting.typed and clause.handler.type is not None:
                lines.append(f"assert isinstance({error}, {ast.unparse(clause.handler.type)})")
            lines.append(f"return {value}")
        else:
            assert clause.handler.type is not None
            lines.append(f"if isinstance({error}, {ast.unparse(clause.handler.type)}):")
            lines.append(f"{setting.unit}return {value}")
    return "", Callback("\n".join(lines), "", frozenset(), False, False)


def _sleep(setting: Setting, waits: Sequence[Wait]) -> Iterator[str]:
    """What to sleep with, where some attempts follow at once."""
    given = {given_by(setting.module, one) for one in setting.retry.clauses if one.delay}
    if given - {""}:
        if len(given) > 1 or setting.retry.blocks:
            raise NotRewritableError("sleeps-elsewhere", "it sleeps in several ways")
        yield f"sleep={min(given)}"
        return
    if setting.retry.is_async:
        return
    if all(not wait.text for wait in waits):
        yield "sleep=lambda _: None"


def given_by(module: Module, clause: Clause) -> str:
    """What a clause sleeps with that is none of the functions everybody knows."""
    node = clause.delay.node if clause.delay else ast.Pass()
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    return next((name for one in calls if (name := given_sleep(module, one))), "")


def _doubts(setting: Setting, waits: Sequence[Wait]) -> Iterator[str]:
    retry = setting.retry
    if retry.head.deadline is not None and retry.head.deadline.guard is not None:
        yield "tenacity takes the time from its own first attempt on, by `time.monotonic`"
    elif retry.head.deadline is not None:
        yield (
            "tenacity makes at least one attempt, and gives up before a sleep that would end"
            " behind the deadline"
        )
    texts = [wait.text for wait in waits]
    for clause, wait in zip(retry.clauses, waits, strict=True):
        yield from wait.doubts
        for asked in (one.test for one in clause.unasked if not is_pure(one.test)):
            yield f"`{ast.unparse(asked)}` is asked about the last failure, too"
        ends = retry.attempts is not None or retry.head.deadline is not None
        ends = ends and not clause.sleeps_at_end
        if wait.asks and ends:
            yield f"`{wait.asks}` is asked for the delay after the last failure, too"
        if wait.draws and ends:
            yield (
                "tenacity draws a random number after the last failure, too, so what `random`"
                " gives afterwards is another number"
            )
        if retry.is_async and (not wait.text or wait.may_be_zero):
            yield "other tasks get a turn between two attempts, where the loop goes on at once"
        elif not retry.is_async and (wait.may_be_zero or (not wait.text and any(texts))):
            yield "where the delay is 0, tenacity calls `time.sleep(0)`"
