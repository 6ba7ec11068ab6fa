from __future__ import annotations

import dataclasses
from typing import ClassVar, Dict, List, Tuple, Type


@dataclasses.dataclass
class Graph:
    kinds: ClassVar[Dict[str, Type[Graph]]] = {}

    edges: List[Tuple[int, int]]
    names: Dict[int, str] = dataclasses.field(default_factory=dict)

    def neighbours(self, node: int) -> List[int]:
        return [right for left, right in self.edges if left == node]
