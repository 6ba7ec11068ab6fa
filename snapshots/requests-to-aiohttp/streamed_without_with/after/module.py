import hashlib

import aiohttp


async def main(url):
    digest = hashlib.sha256()
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/chunks", max_redirects=31) as response:
            async for chunk in response.content.iter_chunked(1024):
                digest.update(chunk)
    return digest.hexdigest()
