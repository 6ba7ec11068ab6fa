import json

import aiohttp


async def check(url):
    """Look."""
    # To keep startup fast, avoid importing this unless needed
    import aiohttp

    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                return json.loads(await response.text())
    except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
        return 1


async def late(url):
    if url:
        import aiohttp

        async with aiohttp.ClientSession() as session:
            async with session.get(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                return await response.text(errors="replace")


async def in_turns(url):
    found = []
    async with aiohttp.ClientSession() as session:
        for name in ("plain", "object"):
            import requests

            async with session.get(
                f"{url}/json/{name}",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                found.append(await response.text(errors="replace"))
    return found


async def main(url):
    return await check(url + "/json/object"), await check(url + "/text/ascii"), (await late(url + "/echo"))[:1], await in_turns(url)
