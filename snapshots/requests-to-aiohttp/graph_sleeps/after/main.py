import asyncio

import aiohttp


async def poll(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        for attempt in range(3):
            async with session.get(
                f"{url}/status/20{attempt}",
                max_redirects=31,
            ) as response:
                await response.read()
                if response.status == 202:
                    return attempt
            await asyncio.sleep(0.01)


async def main(url):
    return await poll(url)
