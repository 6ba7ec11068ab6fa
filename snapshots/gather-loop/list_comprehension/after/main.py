import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

import httpx

from world import EVENTS, client


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


async def pages(shop: httpx.AsyncClient, names: list[str]) -> list[str]:
    """More than may run at a time."""
    found = await gather_bounded(
        (shop.get(f"https://shop/{name}") for name in names if name != "z"),
        limit=10,
    )
    await asyncio.sleep(0)
    return [one.text for one in found]


async def main() -> object:
    async with client() as shared:
        return await pages(shared, list("abcdefghijklmnz")), len(EVENTS)
