import json

import aiohttp


async def main(url):
    payload = json.dumps({"name": "caf\u00e9"})
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.post(
            url + "/echo",
            data=payload,
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        ) as response:
            plain = await response.json(content_type=None)
        async with session.post(
            url + "/echo",
            data=payload,
            headers={"Content-Type": "application/json"},
            max_redirects=31,
        ) as response:
            typed = await response.json(content_type=None)
    return plain, typed
