import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        async with client.get(url + "/redirect/302", allow_redirects=False) as response:
            await response.read()
            first = response.status
        async with client.get(
            url + "/redirect/302",
            allow_redirects=True,
            max_redirects=21,
        ) as response:
            await response.read()
            second = response.status
        return first, second
