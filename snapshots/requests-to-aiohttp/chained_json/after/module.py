import aiohttp


async def main(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/json/object",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            return (await response.json(content_type=None))["a"]
