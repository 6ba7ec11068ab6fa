import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        async with client.get(url + "/status/404", allow_redirects=False) as response:
            await response.read()
            if response:
                return (200 <= response.status < 300), (response.status >= 400), not (400 <= response.status < 500)
