import json

import aiohttp


async def read(url):
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                response.raise_for_status()
                return json.loads(await response.text())
    except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
        return None


async def main(url):
    return [await read(url + path) for path in ("/json/empty", "/status/500", "/json/object")]
