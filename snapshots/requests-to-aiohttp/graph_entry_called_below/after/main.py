import aiohttp
import other


async def both(url):
    async with aiohttp.ClientSession() as session:
        return other.main(url), await (await session.get(
            f"{url}/json/plain",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        )).json(content_type=None)


async def main(url):
    return await both(url)
