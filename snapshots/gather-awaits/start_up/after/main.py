import httpx

from world import EVENTS, client


async def startup(shop: httpx.AsyncClient) -> list[str]:
    users = await shop.get("https://shop/users")
    orders = await shop.get("https://shop/orders")
    return [users.text, orders.text]


async def main() -> object:
    async with client() as shared:
        return await startup(shared), EVENTS
