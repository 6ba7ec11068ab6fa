import aiohttp


async def status(url):
    response = None
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            response = await session.post(
                url,
                skip_auto_headers={"Content-Type"},
                max_redirects=31,
            )
            await response.read()
    except aiohttp.ClientConnectionError:
        print("gone")
    if response is not None and response.ok:
        return response.status
    return "bad" if response is not None and not (response is not None and response.ok) else "none"


async def main(url):
    return [await status(url + path) for path in ("/echo", "/status/500", "/drop")]
