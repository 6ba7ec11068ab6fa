"""How far a rewritten retry can be trusted, in words a user can act on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from lever_fix.domains.retries.again import moved_in
from lever_fix.domains.retries.delays import constant, only_assignment
from lever_fix.domains.retries.heads import start_of
from lever_fix.domains.retries.kept import guarded_anew
from lever_fix.domains.retries.linear import Linear
from lever_fix.domains.retries.model import NotRewritableError, RetryLoop
from lever_fix.domains.retries.syntax import is_pure, loaded, stored
from lever_fix.domains.retries.writer import Rewrite
from lever_fix.semantics.module import Module


def doubts_of(module: Module, retry: RetryLoop, rewrite: Rewrite) -> tuple[str, ...]:
    """Why a rewrite is not safe; empty where it is."""
    found = [*_about_attempts(module, retry), *rewrite.doubts]
    found += [*guarded_anew(module, retry), *moved_in(retry)]
    if retry.blocks:
        found.append(
            "`time.sleep` in an `async def` stops the event loop, and becomes `asyncio.sleep`"
        )
    return tuple(dict.fromkeys(found))


def check_attempts(module: Module, retry: RetryLoop) -> None:
    """Refuse a loop that is known to make no attempt.

    Raises:
        NotRewritableError: It makes none.
    """
    number = _evaluated(module, retry, retry.attempts) if retry.attempts else None
    if number is not None and number <= 0:
        raise NotRewritableError("no-attempt", "the loop makes no attempt at all")


def check_nothing_lost(retry: RetryLoop) -> None:
    """Refuse a variable that nothing reads, and whose value is there for what it takes to get it.

    Raises:
        NotRewritableError: There is one, as in `_ = client.reconnect()`.
    """
    guard = retry.head.deadline.guard if retry.head.deadline else None
    asked = loaded([guard]) if guard is not None else set()
    for clause in retry.clauses:
        ways = [(clause.always, clause.final.ending), (clause.final.steps, clause.final.ending)]
        ways += [(clause.between, clause.final.ending)]
        ways += [(one.steps, one.ending) for one in clause.rejects]
        steps = [step for way, _ in ways for step in way]
        nodes = [*(step.node for step in steps), *(one.node for _, one in ways if one.node)]
        nodes += [one.node for one in clause.rejects]
        read = loaded([*nodes, clause.delay.node]) if clause.delay else loaded(nodes)
        for step in steps:
            if not isinstance(step.node, ast.Assign) or step.kind != "assign":
                continue
            if not (stored([step.node]) & (read | asked) or is_pure(step.node.value)):
                raise NotRewritableError(
                    "value-unused", f"`{ast.unparse(step.node)}` is there for what it does"
                )


def _about_attempts(module: Module, retry: RetryLoop) -> Iterator[str]:
    attempts = retry.attempts
    if attempts is None or retry.entered:
        return
    number = _evaluated(module, retry, attempts)
    if number is None:
        yield (
            f"if `{attempts}` is 0 or less, the loop makes no attempt at all, and tenacity makes"
            " one"
        )


def _length(module: Module, text: str) -> int | None:
    """The length of a sequence that a module-level name is assigned once and for all."""
    statement = only_assignment(module, text.removeprefix("len(").removesuffix(")"))
    value = statement.value if statement else None
    if not isinstance(value, ast.Tuple) or any(isinstance(e, ast.Starred) for e in value.elts):
        return None
    return len(value.elts)


def _value(module: Module, retry: RetryLoop, text: str) -> float | None:
    """The number that a term stands for, where it is set once and for all."""
    if text.startswith("len("):
        return _length(module, text)
    if retry.function is not None and text in stored(retry.function.body):
        count = sum(
            isinstance(node, ast.Name) and node.id == text and isinstance(node.ctx, ast.Store)
            for node in ast.walk(retry.function)
        )
        origin = start_of(module, retry.loop, text)
        value = origin.value if origin and count == 1 else None
        return value.value if isinstance(value, ast.Constant) and is_number(value.value) else None
    return constant(module, text)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a literal is a number, not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _evaluated(module: Module, retry: RetryLoop, attempts: Linear) -> int | None:
    """The number of attempts, where constants tell it."""
    total = attempts.const
    for text, factor in attempts.terms:
        value = _value(module, retry, text)
        if not isinstance(value, int):
            return None
        total += factor * value
    return total
