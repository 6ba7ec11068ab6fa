from __future__ import annotations

from typing import Optional, Union, cast


class Queue:
    size: Optional[int] = None

    def push(self, item: Union[int, str], *, at: Optional[float] = None) -> Optional[int]:
        position: Optional[int] = cast(Optional[int], at)
        return position
