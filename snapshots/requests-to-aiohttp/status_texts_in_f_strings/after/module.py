import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/headers", max_redirects=31) as response:
            await response.read()
            print(f"{response.status} {response.reason}: {await response.text(errors='replace')!r} {response.headers['X-One']}")
            return f"{response.status:>5} {response.ok} {await response.text(errors='replace')}"
