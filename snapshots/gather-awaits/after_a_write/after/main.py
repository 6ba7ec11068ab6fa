import asyncio

import httpx

from world import EVENTS, client


async def order(shop: httpx.AsyncClient) -> list[str]:
    created = await shop.post("https://shop/orders")
    stock, price = await asyncio.gather(
        shop.get("https://shop/stock"),
        shop.get("https://shop/price"),
    )
    return [created.text, stock.text, price.text]


async def main() -> object:
    async with client() as shared:
        return await order(shared), EVENTS[0]
