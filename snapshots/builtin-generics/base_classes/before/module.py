from typing import Dict, Iterator, List, Mapping, TypeVar

T = TypeVar("T")


class Rows(List[int]):
    """Knows its own sum."""


class Registry(Dict[str, T]): ...


class View(Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
