import httpx

from reads import fetch_price
from world import EVENTS, client


async def prices(shop: httpx.AsyncClient, skus: list[str]) -> list[str]:
    found: list[str] = []
    for sku in skus:
        found.append(await fetch_price(shop, sku, currency="CHF"))
    return found


async def more_prices(shop: httpx.AsyncClient, skus: tuple[str, ...]) -> list[str]:
    found = ["none"]
    for sku in skus:
        price = await fetch_price(shop, sku)
        found.append(price)
    return found


async def main() -> object:
    async with client() as shared:
        some, more = await prices(shared, ["a", "b"]), await more_prices(shared, ("c", "d"))
        return some, more, len(EVENTS)
