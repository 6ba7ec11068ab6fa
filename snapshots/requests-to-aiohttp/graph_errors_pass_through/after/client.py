import aiohttp


async def fetch(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url, max_redirects=31) as response:
            response.raise_for_status()
            return await response.text(errors="replace")


async def again(url):
    return await fetch(url)
