import aiohttp


async def main(url):
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            response = await session.get(url + "/status/500", max_redirects=31)
            content = await response.read()
    finally:
        print("asked")
    try:
        response.raise_for_status()
    except aiohttp.ClientResponseError:
        print("bad")
    return content
