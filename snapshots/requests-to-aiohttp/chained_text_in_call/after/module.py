import json

import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/json/plain", max_redirects=31) as response:
            return json.loads(await response.text(errors="replace"))
