import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.post(
            url + "/echo",
            json={"event": "started"},
            max_redirects=31,
        ) as response:
            await response.read()
        async with session.post(
            url + "/echo",
            json={"event": "done"},
            max_redirects=31,
        ) as response:  # whatever comes of it
            await response.read()
