import json

import aiohttp


async def total(url: str) -> int:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        return sum([json.loads(await (await client.get(
            url + path,
            allow_redirects=False,
        )).read())["a"] for path in ("/json/object", "/json/plain")])
