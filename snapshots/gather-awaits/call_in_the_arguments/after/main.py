import asyncio

import httpx

from world import EVENTS, client


def address(path: str) -> str:
    return f"https://shop/{path}"


async def page(shop: httpx.AsyncClient) -> list[str]:
    users, orders = await asyncio.gather(
        shop.get(address("users")),
        shop.get(address("orders")),
    )
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared), len(EVENTS)
