import aiohttp


async def parse(response):
    return await response.json(content_type=None)


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        response = await session.get(url + "/json/object", max_redirects=31)
        await response.read()
    return await parse(response)
