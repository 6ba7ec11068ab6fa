import json

import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=10),
    ) as client:
        async with client.get(
            url + "/json/object",
            params={"a": "1"},
            allow_redirects=False,
        ) as response:  # once
            response.raise_for_status()
            return json.loads(await response.read())
