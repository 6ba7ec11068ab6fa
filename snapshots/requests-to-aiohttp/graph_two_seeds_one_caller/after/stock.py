import aiohttp


async def stock(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/json/plain", max_redirects=31) as response:
            return (await response.json(content_type=None))["a"]
