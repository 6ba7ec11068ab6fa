from __future__ import annotations

from typing import Optional, cast


class Queue:
    size: int | None = None

    def push(self, item: int | str, *, at: float | None = None) -> int | None:
        position: int | None = cast(Optional[int], at)
        return position
