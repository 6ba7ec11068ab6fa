import aiohttp


async def main(url):
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            async with session.get(url + "/truncated", max_redirects=31) as response:
                return await response.read()
    except aiohttp.ClientPayloadError:
        return "truncated"
