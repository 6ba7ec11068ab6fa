from collections.abc import AsyncIterator

import httpx

from world import EVENTS, client


async def names() -> AsyncIterator[str]:
    for name in "ab":
        yield name


async def texts(shop: httpx.AsyncClient) -> list[str]:
    found = [await shop.get(f"https://shop/{name}") async for name in names()]
    async for name in names():
        found.append(await shop.get(f"https://shop/{name}"))
    return [one.text for one in found]


async def main() -> object:
    async with client() as shared:
        return await texts(shared), EVENTS
