from collections.abc import Iterable

import httpx

from world import EVENTS, client


async def texts(shop: httpx.AsyncClient, names: Iterable[str]) -> list[str]:
    found = [await shop.get(f"https://shop/{name}") for name in names]
    return [one.text for one in found]


async def by_name(shop: httpx.AsyncClient, names: Iterable[str]) -> dict[str, httpx.Response]:
    found: dict[str, httpx.Response] = {}
    for name in names:
        found[name] = await shop.get(f"https://shop/{name}")
    return found


async def main() -> object:
    async with client() as shared:
        one = await texts(shared, (name for name in "abc"))
        two = await by_name(shared, iter("abc"))
        return one, [response.text for response in two.values()], len(EVENTS)
