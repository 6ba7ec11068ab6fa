import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    if shop:
        users, orders = await asyncio.gather(
            shop.get(
                "https://shop/users",
                params={"query": """
  name
    # not a comment
  mail
"""},
            ),
            shop.get("https://shop/orders"),
        )
    return [users.text, orders.text, str(users.url)]


async def main() -> object:
    async with client() as shared:
        return await page(shared), len(EVENTS)
