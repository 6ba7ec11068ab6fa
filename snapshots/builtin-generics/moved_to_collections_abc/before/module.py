import asyncio
from typing import Any, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Optional, Sequence

Handler = Callable[[Mapping[str, Any]], Awaitable[None]]


def batches(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


async def ticks(every: float) -> AsyncIterator[float]:
    while True:
        yield every
        await asyncio.sleep(every)


def subscribe(handlers: Iterable[Handler], filter: Optional[Callable[..., bool]] = None) -> None: ...
