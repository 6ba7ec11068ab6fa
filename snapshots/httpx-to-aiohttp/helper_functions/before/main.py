import httpx

from rates import rate


async def main(url):
    try:
        return await rate(url)
    except httpx.HTTPError:
        return 0
