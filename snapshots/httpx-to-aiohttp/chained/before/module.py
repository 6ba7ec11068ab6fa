import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        one = (await client.get(url + "/json/plain")).json()["a"]
        return one, (await client.get(url + "/text/latin1")).text
