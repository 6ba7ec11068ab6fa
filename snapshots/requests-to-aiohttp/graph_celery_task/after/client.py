import aiohttp


async def fetch(url: str) -> str:
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/text/ascii",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            return await response.text(errors="replace")
