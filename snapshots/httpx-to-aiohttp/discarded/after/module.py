import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        async with client.post(
            url + "/echo",
            data={"a": "1", "b": 2},
            allow_redirects=False,
        ) as response:
            await response.read()
        async with client.put(
            url + "/echo",
            data="text",
            skip_auto_headers={"Content-Type"},
            allow_redirects=False,
        ) as response:
            await response.read()
        async with client.delete(
            url + "/status/204",
            allow_redirects=False,
        ) as response:
            await response.read()
