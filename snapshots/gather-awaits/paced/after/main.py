import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    users = await shop.get("https://shop/users")
    await asyncio.sleep(0.5)
    orders = await shop.get("https://shop/orders")
    nothing = await asyncio.sleep(0.5)
    views = await shop.get("https://shop/views")
    return [users.text, orders.text, views.text, str(nothing)]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
