from contextlib import asynccontextmanager

import httpx

from world import EVENTS, client


@asynccontextmanager
async def transaction():
    EVENTS.append("begin")
    yield
    EVENTS.append("commit")


async def texts(shop: httpx.AsyncClient, names: list[str]) -> list[str]:
    async with transaction():
        found = [await shop.get(f"https://shop/{name}") for name in names]
    return [one.text for one in found]


async def main() -> object:
    async with client() as shared:
        return await texts(shared, ["a", "b"]), EVENTS
