import aiohttp


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    async def _handle(self, response):
        try:
            response.raise_for_status()
            return await response.json(content_type=None) if response.status != 204 else {}
        except aiohttp.ClientResponseError as error:
            raise ValueError(f"status {response.status}: {await response.text(errors='replace')}") from error

    async def one(self, name: str):
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            response = await session.get(
                f"{self.url}/{name}",
                headers={"X-A": "1"},
                max_redirects=31,
            )
            await response.read()
        return await self._handle(response)

    async def add(self, name: str):
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            response = await session.post(
                f"{self.url}/{name}",
                json={"name": name},
                max_redirects=31,
            )
            await response.read()
            return await self._handle(response)


async def main(url):
    client = Client(url)
    return (await client.one("echo"))["headers"], (await client.add("echo"))["body"], await client.one("status/503")
