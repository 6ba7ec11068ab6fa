import aiohttp


async def main(url):
    async with aiohttp.ClientSession() as session:
        async with session.delete(
            url + "/status/204",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            await response.read()
            status = response.status
    return status
