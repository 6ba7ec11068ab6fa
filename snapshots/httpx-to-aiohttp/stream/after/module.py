import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        async with client.stream("GET", url + "/chunks") as response:
            return b"".join([chunk async for chunk in response.aiter_bytes()])
