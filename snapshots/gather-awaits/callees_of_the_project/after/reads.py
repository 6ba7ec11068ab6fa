import httpx


async def fetch_user(client: httpx.AsyncClient, key: int) -> str:
    response = await client.get(f"https://shop/users/{key}")
    response.raise_for_status()
    return response.text


async def fetch_orders(client: httpx.AsyncClient, key: int, limit: int = 10) -> list[str]:
    response = await client.get("https://shop/orders", params={"user": key, "limit": limit})
    lines = []
    for line in response.text.split("/"):
        lines.append(line.strip())
    return lines
