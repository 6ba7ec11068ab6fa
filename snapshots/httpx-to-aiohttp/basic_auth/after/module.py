import json

import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        async with client.get(
            url + "/echo",
            headers={"Authorization": aiohttp.encode_basic_auth("us\u00e9r", "secret")},
            allow_redirects=False,
        ) as response:
            return json.loads(await response.read())
