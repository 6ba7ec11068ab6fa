import httpx


async def read(url, params):
    async with httpx.AsyncClient() as client:
        return (await client.get(url, params=params)).json()["target"]


async def main(url):
    return await read(url + "/echo", {"a": True})
