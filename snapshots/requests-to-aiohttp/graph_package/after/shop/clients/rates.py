import aiohttp


async def rate(url: str) -> int:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(f"{url}/json/object", max_redirects=31) as response:
            return (await response.json(content_type=None))["a"]
