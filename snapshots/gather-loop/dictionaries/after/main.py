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


SITES = {"one": "https://one", "two": "https://two"}


async def fetch_text(shop: httpx.AsyncClient, url: str) -> str:
    return (await shop.get(url)).text


async def comprehension(shop: httpx.AsyncClient, names: list[str]) -> dict[str, str]:
    return dict(
        zip(
            names,
            await gather_bounded(
                (fetch_text(shop, f"https://shop/{name}") for name in names),
                limit=10,
            ),
        )
    )


async def filled(shop: httpx.AsyncClient, names: list[str]) -> dict[str, str]:
    texts: dict[str, str] = dict(
        zip(
            names,
            await gather_bounded(
                (fetch_text(shop, f"https://shop/{name}") for name in names),
                limit=10,
            ),
        )
    )
    return texts


async def added(shop: httpx.AsyncClient) -> dict[str, str]:
    texts = {"none": ""}
    texts.update(
        zip(
            (name.upper() for name, url in SITES.items()),
            await gather_bounded(
                (fetch_text(shop, url) for name, url in SITES.items()),
                limit=10,
            ),
        )
    )
    return texts


async def main() -> object:
    async with client() as shared:
        names = ["b", "a", "b"]
        found = await comprehension(shared, names), await filled(shared, names)
        return found, await added(shared), len(EVENTS)
