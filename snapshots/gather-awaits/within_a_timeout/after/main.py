import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    async with asyncio.timeout(3):
        users = await shop.get("https://shop/users")
        orders = await shop.get("https://shop/orders")
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
