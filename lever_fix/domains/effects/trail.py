"""Questions that lead to other questions, and may lead back: each is answered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from lever_fix.index.index import Index

T = TypeVar("T")

_LONGEST = 8
"""Functions and attributes that one answer may lead through."""


def once(index: Index, key: Hashable, make: Callable[[], T]) -> T | None:
    """What `make` returns, worked out once; None where that leads back to the same question.

    What was cut short by that, or by being too long, holds for this question alone and is not
    kept: else an answer would depend on what was asked before.
    """
    trail: Trail = index.remember("trail", Trail)
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
            index.forget(key)
        trail.cut = before or trail.cut
    return found


@dataclass(eq=False)
class Trail:
    """The questions that are being answered, and whether one of them was cut short."""

    pending: set[Hashable] = field(default_factory=set)
    cut: bool = False
