import aiohttp
import client
from client import get_session, login


async def price(url: str, item: str) -> dict:
    async with get_session().get(
        f"{url}/echo",
        params={"item": item},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
        max_redirects=31,
    ) as response:
        response.raise_for_status()
        return await response.json(content_type=None)


async def order(url: str, item: str) -> int:
    async with client.get_session().post(
        f"{url}/echo",
        json={"item": item},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
        max_redirects=31,
    ) as response:
        await response.read()
        return response.status
