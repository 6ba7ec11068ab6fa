from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Rows(list[int]):
    """Knows its own sum."""


class Registry(dict[str, T]): ...


class View(Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
