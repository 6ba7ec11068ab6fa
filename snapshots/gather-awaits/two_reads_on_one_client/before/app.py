import asyncio

import httpx


async def health(client: httpx.AsyncClient) -> dict[str, int]:
    orders = await client.get("https://shop/orders")
    stock = await client.get("https://shop/stock")
    return {"orders": orders.status_code, "stock": stock.status_code}
