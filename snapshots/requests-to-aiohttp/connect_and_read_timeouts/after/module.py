from typing import Any

import aiohttp


def _timeout(value: Any) -> aiohttp.ClientTimeout:
    """A timeout for connecting and for reading, or a pair of them."""
    connect, read = value if isinstance(value, tuple) else (value, value)
    return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)


TIMEOUT = (2, 0.2)


async def main(url):
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                url + "/slow",
                timeout=_timeout(TIMEOUT),
                max_redirects=31,
            ) as response:
                return await response.text(errors="replace")
    except aiohttp.SocketTimeoutError:
        return "read"
    except aiohttp.ConnectionTimeoutError:
        return "connect"
