import httpx


async def main(url):
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.get("/text/ascii")).text
