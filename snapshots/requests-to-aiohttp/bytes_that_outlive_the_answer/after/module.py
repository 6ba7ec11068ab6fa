import aiohttp


async def body(url):
    try:
        async with aiohttp.ClientSession() as session:
            response = await session.get(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            )
            content = await response.read()
        response.raise_for_status()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise KeyError(url) from error
    return len(content), (await response.text(errors="replace"))[:2], content[:3]


async def anyhow(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            try:
                response.raise_for_status()
            except aiohttp.ClientResponseError:
                pass
            return f"{await response.read()!r}"


async def main(url):
    return await body(url + "/json/object"), await anyhow(url + "/status/404"), await body(url + "/status/500")
