import aiohttp


class Client:
    def __init__(self, url):
        self.url = url

    async def read(self, name):
        async with aiohttp.ClientSession() as session:
            async with session.get(
                f"{self.url}/json/{name}",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                return await response.json(content_type=None)

    async def read_all(self, names):
        return [await self.read(name) for name in names]
