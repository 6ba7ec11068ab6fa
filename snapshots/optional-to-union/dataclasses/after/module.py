import dataclasses as dc
from typing import ClassVar


@dc.dataclass(frozen=True)
class Node:
    registry: ClassVar[dict[str, "Node | None"]] = {}

    value: int | float
    left: "Node | None" = None
    right: "Node | None" = None
    weight: int | float | None = dc.field(default=None, compare=False)

    @classmethod
    def of(cls, value: int | float, *, left: "Node | None" = None) -> "Node":
        return cls(value, left)
