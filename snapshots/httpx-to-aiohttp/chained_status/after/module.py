import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        return (await client.get(url + "/json/object")).raise_for_status().json()
