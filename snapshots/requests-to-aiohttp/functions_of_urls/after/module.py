import urllib.parse

import aiohttp


async def main(url):
    name = urllib.parse.quote("a b/c")
    joined = urllib.parse.urljoin(url, f"/echo?name={name}")
    async with aiohttp.ClientSession() as session:
        async with session.get(
            joined,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            await response.read()
            return response.status
