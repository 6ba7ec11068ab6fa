import aiohttp


async def read(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            allow_redirects=False,
        ) as response:
            return await response.text(errors="replace")


async def main(url):
    return await read(url + "/text/ascii")
