"""All calls of the shop go through here."""

import aiohttp


async def fetch(url: str, **query: str) -> aiohttp.ClientResponse:
    """One page; whoever asks looks at the status."""
    async with aiohttp.ClientSession() as session:
        response = await session.get(
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        )
        await response.read()
        return response


async def send(url: str, order: dict) -> aiohttp.ClientResponse:
    async with aiohttp.ClientSession() as session:
        response = await session.post(
            url,
            json=order,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=1, sock_read=5),
            max_redirects=31,
        )
        await response.read()
    if response.status >= 500:
        raise RuntimeError(response.reason)
    return response
