import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        return [await (await session.get(
            f"{url}/text/{name}",
            max_redirects=31,
        )).text(errors="replace") for name in ("ascii", "utf8")]
