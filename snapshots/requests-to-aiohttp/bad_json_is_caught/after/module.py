import json

import aiohttp


async def read(url):
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            async with session.get(url, max_redirects=31) as response:
                return json.loads(await response.text())
    except ValueError:
        return "no JSON"


async def main(url):
    return [await read(url + path) for path in ("/json/empty", "/json/broken", "/json/object")]
