import aiohttp


async def fetch(url: str, name: str) -> dict:
    async with aiohttp.ClientSession() as session:
        async with session.get(
            f"{url}/json/{name}",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            response.raise_for_status()
            return await response.json(content_type=None)
