import httpx

from world import EVENTS, client


async def require_user(shop: httpx.AsyncClient, name: str) -> str:
    response = await shop.get(f"https://shop/users/{name}")
    if name == "eve":
        raise PermissionError(name)
    return response.text


async def get_secret(shop: httpx.AsyncClient) -> str:
    return (await shop.get("https://shop/secret")).text


async def page(shop: httpx.AsyncClient, name: str) -> list[str]:
    user = await require_user(shop, name)
    secret = await get_secret(shop)
    return [user, secret]


async def main() -> object:
    async with client() as shared:
        try:
            return await page(shared, "eve")
        except PermissionError:
            return EVENTS
