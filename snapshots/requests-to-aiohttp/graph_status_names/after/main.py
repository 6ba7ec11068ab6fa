import aiohttp


async def read(url: str) -> str:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url, max_redirects=31) as response:
            await response.read()
            if response.status == 404:
                return "not there"
            return await response.text(errors="replace") if response.status == 200 else "odd"


async def main(url):
    return [await read(f"{url}/status/{code}") for code in (200, 404, 500)]
