import httpx


async def fetch_price(shop: httpx.AsyncClient, sku: str, currency: str = "EUR") -> str:
    response = await shop.get(f"https://shop/prices/{sku}", params={"in": currency})
    response.raise_for_status()
    return response.text
