import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from store import find_item
from world import EVENTS, database


_Result = TypeVar("_Result")


async def gather_bounded(
    awaitables: Iterable[Awaitable[_Result]], limit: int
) -> list[_Result]:
    """Await them all, at most `limit` at a time; the results are in their order."""
    semaphore = asyncio.Semaphore(limit)

    async def one(awaitable: Awaitable[_Result]) -> _Result:
        async with semaphore:
            return await awaitable

    return list(await asyncio.gather(*map(one, awaitables)))


async def keys(names: list[str]) -> list[int | None]:
    return await gather_bounded((find_item(name) for name in names), limit=10)


async def main() -> object:
    async with database():
        return await keys(["nut", "bolt", "screw"]), len(EVENTS)
