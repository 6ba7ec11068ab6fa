import aiohttp


async def main(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/drip",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=0.3, sock_read=0.3),
            max_redirects=31,
        ) as response:
            return await response.read()
