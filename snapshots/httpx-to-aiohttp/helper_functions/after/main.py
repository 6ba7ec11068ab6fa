import aiohttp

from rates import rate


async def main(url):
    try:
        return await rate(url)
    except (aiohttp.ClientError, TimeoutError):
        return 0
