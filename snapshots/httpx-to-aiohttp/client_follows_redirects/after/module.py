import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        async with client.get(url + "/loop/20", max_redirects=21) as response:
            await response.read()
            allowed = response.status
        async with client.head(
            url + "/redirect/302",
            allow_redirects=True,
            max_redirects=21,
        ) as response:
            head = response.status
        try:
            async with client.get(url + "/loop/21", max_redirects=21) as response:
                await response.read()
        except aiohttp.TooManyRedirects:
            return allowed, head, "too many"
