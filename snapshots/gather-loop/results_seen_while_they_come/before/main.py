import httpx

from world import EVENTS, client


class Reader:
    def __init__(self, shop: httpx.AsyncClient) -> None:
        self.shop = shop
        self.found: list[str] = []

    async def read(self, names: list[str]) -> None:
        for name in names:
            self.found.append((await self.shop.get(f"https://shop/{name}")).text)


async def partly(shop: httpx.AsyncClient, names: list[str]) -> list[str]:
    found: list[httpx.Response] = []
    try:
        for name in names:
            found.append(await shop.get(f"https://shop/{name}"))
    except httpx.HTTPError:
        pass
    return [one.text for one in found]


async def main() -> object:
    async with client() as shared:
        reader = Reader(shared)
        await reader.read(["a", "b"])
        return reader.found, await partly(shared, ["c", "broken", "d"]), EVENTS
