import httpx

from world import EVENTS, client

seen: list[str] = []
count = 0


async def get_user(shop: httpx.AsyncClient) -> int:
    global count
    before = count
    await shop.get("https://shop/user")
    count = before + 1
    return count


async def get_team(shop: httpx.AsyncClient) -> int:
    response = await shop.get("https://shop/team")
    seen.append(response.text)
    return len(seen)


async def page(shop: httpx.AsyncClient) -> list[int]:
    first = await get_user(shop)
    second = await get_user(shop)
    third = await get_team(shop)
    fourth = await get_team(shop)
    return [first, second, third, fourth]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
