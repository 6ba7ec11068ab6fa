from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Iterable, List


def flatten(rows: Iterable[List[Any]]) -> Generator[Any, None, None]:
    for row in rows:
        yield from row
