from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable


def flatten(rows: Iterable[list[Any]]) -> Generator[Any, None, None]:
    for row in rows:
        yield from row
