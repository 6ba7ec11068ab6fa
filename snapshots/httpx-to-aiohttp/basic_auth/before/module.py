import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        return (await client.get(url + "/echo", auth=("us\u00e9r", "secret"))).json()
