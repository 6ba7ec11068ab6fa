import httpx


async def main(url):
    async with httpx.AsyncClient(timeout=10) as client:
        response = await client.get(url + "/json/object", params={"a": "1"})  # once
        response.raise_for_status()
        return response.json()
