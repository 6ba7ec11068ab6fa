import httpx

from world import EVENTS, client

SITES = {"one": "https://one", "two": "https://two"}


async def fetch_text(shop: httpx.AsyncClient, url: str) -> str:
    return (await shop.get(url)).text


async def comprehension(shop: httpx.AsyncClient, names: list[str]) -> dict[str, str]:
    return {name: await fetch_text(shop, f"https://shop/{name}") for name in names}


async def filled(shop: httpx.AsyncClient, names: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in names:
        texts[name] = await fetch_text(shop, f"https://shop/{name}")
    return texts


async def added(shop: httpx.AsyncClient) -> dict[str, str]:
    texts = {"none": ""}
    for name, url in SITES.items():
        texts[name.upper()] = await fetch_text(shop, url)
    return texts


async def main() -> object:
    async with client() as shared:
        names = ["b", "a", "b"]
        found = await comprehension(shared, names), await filled(shared, names)
        return found, await added(shared), len(EVENTS)
