import httpx

from world import EVENTS, client


async def touch(shop: httpx.AsyncClient) -> None:
    await shop.put("https://shop/seen")


async def load(shop: httpx.AsyncClient) -> str:
    await touch(shop)
    return (await shop.get("https://shop/user")).text


async def get_user(shop: httpx.AsyncClient) -> str:
    return await load(shop)


async def get_team(shop: httpx.AsyncClient) -> str:
    return (await shop.get("https://shop/team")).text


async def page(shop: httpx.AsyncClient) -> list[str]:
    user = await get_user(shop)
    team = await get_team(shop)
    return [user, team]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
