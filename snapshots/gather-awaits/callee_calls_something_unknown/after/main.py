import asyncio

import httpx

from world import EVENTS, client, decode


async def get_user(shop: httpx.AsyncClient, key: int) -> str:
    response = await shop.get(f"https://shop/users/{key}")
    return decode(response.text)


async def get_team(shop: httpx.AsyncClient, key: int) -> str:
    response = await shop.get(f"https://shop/teams/{key}")
    return decode(response.text)


async def page(shop: httpx.AsyncClient, key: int) -> list[str]:
    user, team = await asyncio.gather(get_user(shop, key), get_team(shop, key))
    return [user, team]


async def main() -> object:
    async with client() as shared:
        return await page(shared, 4), len(EVENTS)
