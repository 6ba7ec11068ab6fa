import httpx

from world import EVENTS, client, note


async def page(shop: httpx.AsyncClient) -> list[str]:
    await note("visited")
    users = await shop.get("https://shop/users")
    await note("seen")
    orders = await shop.get("https://shop/orders")
    _ = await shop.get("https://shop/ping")
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
