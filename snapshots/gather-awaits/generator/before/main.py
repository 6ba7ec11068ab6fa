from collections.abc import AsyncIterator

import httpx

from world import EVENTS, client


async def pages(shop: httpx.AsyncClient) -> AsyncIterator[str]:
    users = await shop.get("https://shop/users")
    orders = await shop.get("https://shop/orders")
    yield users.text
    yield orders.text


async def main() -> object:
    async with client() as shared:
        return [page async for page in pages(shared)], EVENTS
