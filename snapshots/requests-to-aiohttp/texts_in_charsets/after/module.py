import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/text/utf8", max_redirects=31) as response:
            utf8 = await response.text(errors="replace")
        async with session.get(url + "/text/latin1", max_redirects=31) as response:
            latin1 = await response.text(errors="replace")
        async with session.get(url + "/text/wrong", max_redirects=31) as response:
            wrong = await response.text(errors="replace")
    return utf8, latin1, wrong
