import aiohttp


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    async def item(self, name: str) -> dict:
        return await self._get(f"/json/{name}")

    async def _get(self, path: str) -> dict:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                self.url + path,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                return await response.json(content_type=None)
