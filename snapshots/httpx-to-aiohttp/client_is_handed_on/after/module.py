import httpx


async def read(client, url):
    return (await client.get(url)).text


async def main(url):
    async with httpx.AsyncClient() as client:
        await client.get(url + "/text/ascii")
        return await read(client, url + "/text/ascii")
