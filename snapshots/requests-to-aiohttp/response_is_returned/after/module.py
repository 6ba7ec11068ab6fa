import aiohttp


async def fetch(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        response = await session.get(url, max_redirects=31)
        await response.read()
        return response


async def main(url):
    return await (await fetch(url + "/text/ascii")).text(errors="replace")
