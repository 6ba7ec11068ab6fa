import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/status/404", max_redirects=31) as response:
            await response.read()
            if response.ok:
                return "found"
        async with session.get(url + "/status/200", max_redirects=31) as missing:
            await missing.read()
            if not missing.ok:
                return "missing"
            return "as expected" if missing.ok else "odd"
