import httpx


async def rate(url: str) -> int:
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{url}/json/object")
    return response.json()["a"]
