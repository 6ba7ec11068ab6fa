import httpx

from world import EVENTS, client


async def chain(shop: httpx.AsyncClient, names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        found.append(await fetch(shop, name, found))
    for name in names:
        found[len(found) - 1] = await fetch(shop, name, [])
    return found


async def fetch(shop: httpx.AsyncClient, name: str, before: list[str]) -> str:
    response = await shop.get(f"https://shop/{name}/{len(before)}")
    return response.text


async def main() -> object:
    async with client() as shared:
        return await chain(shared, ["a", "b"]), EVENTS
