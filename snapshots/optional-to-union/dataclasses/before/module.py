import dataclasses as dc
from typing import ClassVar, Optional, Union


@dc.dataclass(frozen=True)
class Node:
    registry: ClassVar[dict[str, Optional["Node"]]] = {}

    value: Union[int, float]
    left: Optional["Node"] = None
    right: Optional["Node"] = None
    weight: Union[int, float, None] = dc.field(default=None, compare=False)

    @classmethod
    def of(cls, value: Union[int, float], *, left: Optional["Node"] = None) -> "Node":
        return cls(value, left)
