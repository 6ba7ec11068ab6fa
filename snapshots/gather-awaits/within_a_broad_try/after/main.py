import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    try:
        users, orders = await asyncio.gather(
            shop.get("https://shop/users"),
            shop.get("https://shop/broken"),
        )
    except Exception as error:
        return [type(error).__name__]
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared), len(EVENTS)
