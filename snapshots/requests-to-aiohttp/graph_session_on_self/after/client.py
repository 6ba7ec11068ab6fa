import aiohttp


class Client:
    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.session = aiohttp.ClientSession()
        self.session.headers.update({"X-Token": token})

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self.session.close()

    async def item(self, name: str) -> dict:
        # The token goes along.
        async with self.session.get(
            f"{self.url}/echo/{name}",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            return await response.json(content_type=None)
