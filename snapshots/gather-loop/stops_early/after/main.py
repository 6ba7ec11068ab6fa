import httpx

from world import EVENTS, client


async def first(shop: httpx.AsyncClient, names: list[str]) -> str:
    for name in names:
        response = await shop.get(f"https://shop/{name}")
        if response.is_success:
            return response.text
    return ""


async def until(shop: httpx.AsyncClient, names: list[str]) -> list[str]:
    found = []
    for name in names:
        found.append(await shop.get(f"https://shop/{name}"))
        if len(found) == 1:
            break
    return [one.text for one in found]


async def main() -> object:
    async with client() as shared:
        return await first(shared, ["a", "b"]), await until(shared, ["c", "d"]), EVENTS
