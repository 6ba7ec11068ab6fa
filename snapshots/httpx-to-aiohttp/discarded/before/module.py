import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        await client.post(url + "/echo", data={"a": "1", "b": 2})
        await client.put(url + "/echo", content="text")
        await client.delete(url + "/status/204")
