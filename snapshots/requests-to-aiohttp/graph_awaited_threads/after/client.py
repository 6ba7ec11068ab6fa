import asyncio
import logging

import aiohttp

log = logging.getLogger(__name__)


async def fetch(url: str, name: str = "object", tries=1) -> dict:
    log.info("fetching %s", name)
    await asyncio.sleep(0)
    async with aiohttp.ClientSession() as session:
        async with session.get(
            f"{url}/json/{name}",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            response.raise_for_status()
            return await response.json(content_type=None)
