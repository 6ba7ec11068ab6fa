"""Questions that lead to other questions, and may lead back: each is answered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lever_fix.index.index import Index

T = TypeVar("T")

_LONGEST = 8
"""Functions and attributes that one answer may lead through."""


def once(index: Index, key: Hashable, make: Callable[[], T]) -> T | None:
    """What `make` returns, worked out once; None where that leads back to the same question.

    What was cut short by that, or by being too long, holds for the outermost question alone and is
    not kept: else an answer would depend on what was asked before.
    """
    trail: Trail = index.remember("trail", Trail)
    if key in trail.short:
        trail.cut = True
        known: T = trail.short[key]
        return known
    if key in trail.pending or len(trail.pending) >= _LONGEST:
        trail.cut = True
        return None
    before, trail.cut = trail.cut, False
    trail.pending.add(key)
    try:
        found: T = index.remember(key, make)
    finally:
        trail.pending.discard(key)
    if trail.cut and trail.pending:
        trail.short[key] = found
        index.forget(key)
    if not trail.pending:
        trail.short.clear()
    trail.cut = before or trail.cut
    return found


@dataclass(eq=False)
class Trail:
    """The questions that are being answered.

    Attributes:
        pending: The questions, each of which led to the next.
        short: Answers that were cut short, for as long as the outermost question is open.
        cut: Whether the one being answered was cut short.
    """

    pending: set[Hashable] = field(default_factory=set)
    short: dict[Hashable, Any] = field(default_factory=dict)
    cut: bool = False
