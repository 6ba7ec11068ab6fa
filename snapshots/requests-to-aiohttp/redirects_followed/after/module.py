import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(
            url + "/redirect/302?to=/echo",
            max_redirects=31,
        ) as response:
            return response.status, (await response.json(content_type=None))["target"]
