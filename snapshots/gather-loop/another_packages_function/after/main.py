import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from world import EVENTS, get_forecast


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


async def forecasts(cities: list[str]) -> list[str]:
    found = await gather_bounded((get_forecast(city) for city in cities), limit=10)
    return found


async def main() -> object:
    return await forecasts(["Bern", "Chur"]), len(EVENTS)
