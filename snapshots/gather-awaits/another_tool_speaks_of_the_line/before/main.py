import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    users = await shop.get("https://shop/users")  # type: ignore[no-any-return]
    orders = await shop.get("https://shop/orders")
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
