from __future__ import annotations

import dataclasses
from typing import ClassVar


@dataclasses.dataclass
class Graph:
    kinds: ClassVar[dict[str, type[Graph]]] = {}

    edges: list[tuple[int, int]]
    names: dict[int, str] = dataclasses.field(default_factory=dict)

    def neighbours(self, node: int) -> list[int]:
        return [right for left, right in self.edges if left == node]
