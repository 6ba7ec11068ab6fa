import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/loop/30", max_redirects=31) as response:
            await response.read()
            allowed = response.status
        try:
            async with session.get(url + "/loop/31", max_redirects=31) as response:
                await response.read()
        except aiohttp.TooManyRedirects:
            return allowed, "too many"
    return allowed, "followed"
