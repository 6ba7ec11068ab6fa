import httpx

from world import EVENTS, client


async def order(shop: httpx.AsyncClient) -> list[str]:
    created = await shop.post("https://shop/orders")
    listed = await shop.get("https://shop/orders")
    deleted = await shop.delete("https://shop/orders")
    return [created.text, listed.text, deleted.text]


async def main() -> object:
    async with client() as shared:
        return await order(shared), EVENTS
