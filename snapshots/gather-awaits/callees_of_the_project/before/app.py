import httpx

from reads import fetch_orders, fetch_user


async def page(client: httpx.AsyncClient, key: int) -> tuple[str, list[str]]:
    user = await fetch_user(client, key)
    orders = await fetch_orders(client, key, limit=3)
    return user, orders
