import aiohttp


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    async def item(self, number: int) -> dict:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                f"{self.url}/json/object",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                response.raise_for_status()
                return {**await response.json(content_type=None), "number": number}


async def main(url):
    return await Client(url).item(3)
