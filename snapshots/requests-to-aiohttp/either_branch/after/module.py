import aiohttp


async def read(url, post):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        if post:
            response = await session.post(url + "/echo", json={"a": 1}, max_redirects=31)
            await response.read()
        else:
            response = await session.get(url + "/echo", max_redirects=31)
            await response.read()
    return (await response.json(content_type=None))["method"]


async def main(url):
    return await read(url, True), await read(url, False)
