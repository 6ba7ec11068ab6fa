import httpx

from world import EVENTS, client

latest = ""


class Page:
    async def load(self, shop: httpx.AsyncClient) -> None:
        self.users = await shop.get("https://shop/users")
        self.orders = await shop.get("https://shop/orders")


async def items(shop: httpx.AsyncClient) -> dict[str, object]:
    found: dict[str, httpx.Response] = {}
    found["users"] = await shop.get("https://shop/users")
    found["orders"] = await shop.get("https://shop/orders")
    return {name: one.text for name, one in found.items()}


async def globally(shop: httpx.AsyncClient) -> None:
    global latest
    latest = await shop.get("https://shop/users")
    other = await shop.get("https://shop/orders")
    del other


async def main() -> object:
    async with client() as shared:
        page = Page()
        await page.load(shared)
        await globally(shared)
        return page.users.text, page.orders.text, await items(shared), EVENTS
