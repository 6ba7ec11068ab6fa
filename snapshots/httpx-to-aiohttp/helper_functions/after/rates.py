import json

import aiohttp


async def rate(url: str) -> int:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        response = await client.get(f"{url}/json/object", allow_redirects=False)
        await response.read()
    return json.loads(await response.read())["a"]
