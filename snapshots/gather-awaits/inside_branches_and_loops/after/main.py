import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient, keys: list[int]) -> list[str]:
    found: list[str] = []
    for key in keys:
        if key > 1:
            user, team = await asyncio.gather(
                shop.get(f"https://shop/users/{key}"),
                shop.get(f"https://shop/teams/{key}"),
            )
        else:
            user = team = await shop.get("https://shop/default")
        found += [user.text, team.text]
    match found:
        case [_, *_]:
            first, last = await asyncio.gather(
                shop.get("https://shop/first"),
                shop.get("https://shop/last"),
            )
            found += [first.text, last.text]
    return found


async def main() -> object:
    async with client() as shared:
        return await page(shared, [1, 2, 3]), len(EVENTS)
