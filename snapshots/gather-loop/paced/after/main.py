import asyncio

import httpx

from world import EVENTS, client


async def texts(shop: httpx.AsyncClient, names: list[str]) -> list[str]:
    found = []
    for name in names:
        found.append(await shop.get(f"https://shop/{name}"))
        await asyncio.sleep(1)
    for _ in names:
        await asyncio.sleep(1)
    return [one.text for one in found]


async def main() -> object:
    async with client() as shared:
        return await texts(shared, ["a", "b"]), EVENTS
