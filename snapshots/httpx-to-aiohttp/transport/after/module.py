import httpx


async def main(url):
    transport = httpx.AsyncHTTPTransport(retries=1)
    async with httpx.AsyncClient(transport=transport) as client:
        return (await client.get(url + "/text/ascii")).text
