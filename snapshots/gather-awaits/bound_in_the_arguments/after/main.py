import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    users = await shop.get((base := "https://shop") + "/users")
    orders = await shop.get(base + "/orders")
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await page(shared), EVENTS
