import aiohttp

from client import again


async def main(url):
    try:
        return await again(url + "/status/404")
    except aiohttp.ClientResponseError:
        return "not there"
