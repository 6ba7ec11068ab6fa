import json

import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        async with client.get(url + "/json/plain", allow_redirects=False) as response:
            one = json.loads(await response.read())["a"]
        async with client.get(url + "/text/latin1", allow_redirects=False) as response:
            return one, await response.text(errors="replace")
