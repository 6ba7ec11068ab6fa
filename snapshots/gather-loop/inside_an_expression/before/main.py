import httpx

from world import EVENTS, client


async def longest(shop: httpx.AsyncClient, names: list[str]) -> str:
    texts = sorted(
        one.text
        for one in [
            await shop.get(f"https://shop/pages/of/a/rather/long/path/{name}") for name in names
        ]
    )
    first = [await shop.get(f"https://shop/{name}") for name in names][0]
    return max(texts, key=len) + first.text


async def main() -> object:
    async with client() as shared:
        return await longest(shared, ["a", "bb"]), len(EVENTS)
