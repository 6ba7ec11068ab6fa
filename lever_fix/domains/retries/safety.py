"""How far a rewritten retry can be trusted, in words a user can act on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.retries.delays import constant, only_assignment
from lever_fix.domains.retries.linear import Linear
from lever_fix.domains.retries.model import RetryLoop
from lever_fix.domains.retries.writer import Rewrite
from lever_fix.semantics.module import Module


def doubts_of(module: Module, retry: RetryLoop, rewrite: Rewrite) -> tuple[str, ...]:
    """Why a rewrite is not safe; empty where it is."""
    found = [*_about_attempts(module, retry), *rewrite.doubts]
    if retry.blocks:
        found.append(
            "`time.sleep` in an `async def` stops the event loop, and becomes `asyncio.sleep`"
        )
    return tuple(dict.fromkeys(found))


def _about_attempts(module: Module, retry: RetryLoop) -> Iterator[str]:
    attempts = retry.attempts
    if attempts is None or retry.entered:
        return
    number = _evaluated(module, attempts)
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


def _evaluated(module: Module, attempts: Linear) -> int | None:
    """The number of attempts, where constants of the module tell it and it is above 0."""
    total = attempts.const
    for text, factor in attempts.terms:
        value = _length(module, text) if text.startswith("len(") else constant(module, text)
        if not isinstance(value, int):
            return None
        total += factor * value
    return total if total > 0 else None
