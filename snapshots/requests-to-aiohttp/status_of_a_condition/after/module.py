import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/status/200", max_redirects=31) as response:
            await response.read()
            if response.status == 200 and url:
                return "up"
    return "down"
