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


async def texts(shop: httpx.AsyncClient, names: Iterable[str]) -> list[str]:
    found = await gather_bounded(
        (shop.get(f"https://shop/{name}") for name in names),
        limit=10,
    )
    return [one.text for one in found]


async def by_name(shop: httpx.AsyncClient, names: Iterable[str]) -> dict[str, httpx.Response]:
    names = list(names)
    found: dict[str, httpx.Response] = dict(
        zip(
            names,
            await gather_bounded(
                (shop.get(f"https://shop/{name}") for name in names),
                limit=10,
            ),
        )
    )
    return found


async def main() -> object:
    async with client() as shared:
        one = await texts(shared, (name for name in "abc"))
        two = await by_name(shared, iter("abc"))
        return one, [response.text for response in two.values()], len(EVENTS)
