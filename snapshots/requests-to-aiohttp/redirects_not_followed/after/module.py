import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(
            url + "/redirect/301",
            allow_redirects=False,
        ) as response:
            await response.read()
            return response.status, response.headers["Location"]
