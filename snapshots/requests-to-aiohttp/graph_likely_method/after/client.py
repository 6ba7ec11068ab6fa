import aiohttp


class Client:
    def __init__(self, url):
        self.url = url

    async def read_all(self, names):
        async with aiohttp.ClientSession() as session:
            return [
                await (await session.get(
                    f"{self.url}/json/{name}",
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                    max_redirects=31,
                )).json(content_type=None) for name in names
            ]
