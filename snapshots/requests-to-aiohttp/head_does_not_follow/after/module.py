import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.head(url + "/redirect/302") as response:
            return response.status
