import asyncio

import httpx

from world import EVENTS, client


async def letters(shop: httpx.AsyncClient) -> list[str]:
    a, b, c, d, e, f = await asyncio.gather(
        shop.get("https://shop/a"),
        shop.get("https://shop/b"),
        shop.get("https://shop/c"),
        shop.get("https://shop/d"),
        shop.get("https://shop/e"),
        shop.get("https://shop/f"),
    )
    g, h = await asyncio.gather(shop.get("https://shop/g"), shop.get("https://shop/h"))
    return [one.text for one in (a, b, c, d, e, f, g, h)]


async def main() -> object:
    async with client() as shared:
        return await letters(shared), len(EVENTS)
