import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> str:
    users = None
    try:
        users = await shop.get("https://shop/users")
        orders = await shop.get("https://shop/broken")
        return orders.text
    except httpx.HTTPError:
        return users.text if users else "nothing"


async def page_so_far(shop: httpx.AsyncClient) -> list[object]:
    users = orders = None
    try:
        users = await shop.get("https://shop/users")
        orders = await shop.get("https://shop/broken")
    except Exception:
        pass
    return [users and users.text, orders]


async def main() -> object:
    async with client() as shared:
        return await page(shared), await page_so_far(shared), EVENTS
