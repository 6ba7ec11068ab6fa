import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        first = (await client.get(url + "/redirect/302")).status_code
        second = (await client.get(url + "/redirect/302", follow_redirects=True)).status_code
        return first, second
