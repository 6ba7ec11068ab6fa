import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

import httpx

from reads import fetch_price
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


async def prices(shop: httpx.AsyncClient, skus: list[str]) -> list[str]:
    found: list[str] = await gather_bounded(
        (fetch_price(shop, sku, currency="CHF") for sku in skus),
        limit=10,
    )
    return found


async def more_prices(shop: httpx.AsyncClient, skus: tuple[str, ...]) -> list[str]:
    found = ["none"]
    found.extend(
        await gather_bounded(
            (fetch_price(shop, sku) for sku in skus),
            limit=10,
        )
    )
    return found


async def main() -> object:
    async with client() as shared:
        some, more = await prices(shared, ["a", "b"]), await more_prices(shared, ("c", "d"))
        return some, more, len(EVENTS)
