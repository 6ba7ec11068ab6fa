import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/json/object", max_redirects=31) as first:
            await first.read()
            async with session.get(url + "/json/plain", max_redirects=31) as second:
                await second.read()
                print(first.status)
                both = await first.json(content_type=None), await second.json(content_type=None)
                print(second.headers.get("Content-Type"))
    return both
