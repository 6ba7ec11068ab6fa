from collections.abc import Callable

import httpx

from world import EVENTS, client


async def fetch(shop: httpx.AsyncClient, path: str, done: Callable[[], str]) -> str:
    response = await shop.get(f"https://shop/{path}")
    return response.text + done()


async def page(shop: httpx.AsyncClient) -> list[str]:
    users = ""

    def so_far() -> str:
        return users

    users = await fetch(shop, "users", str)
    orders = await fetch(shop, "orders", so_far)
    return [users, orders]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
