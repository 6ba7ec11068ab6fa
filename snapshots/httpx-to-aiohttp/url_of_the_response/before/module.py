import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        response = await client.get(url + "/text/ascii")
        return response.url.path
