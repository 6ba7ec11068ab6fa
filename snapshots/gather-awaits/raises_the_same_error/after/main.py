import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    users, orders = await asyncio.gather(
        shop.get("https://shop/users"),
        shop.get("https://shop/broken"),
    )
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared)
