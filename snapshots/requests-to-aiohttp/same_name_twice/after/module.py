import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/json/object", max_redirects=31) as response:
            one = await response.json(content_type=None)
        async with session.get(url + "/text/ascii", max_redirects=31) as response:
            return one, await response.text(errors="replace")
