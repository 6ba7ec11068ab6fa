import asyncio
import contextlib
from collections.abc import AsyncGenerator

import aiohttp

_http_headers: dict[str, str] = {}
_http_by_loop: dict[
    asyncio.AbstractEventLoop, tuple[aiohttp.ClientSession, AsyncGenerator[None, None]]
] = {}
_http_headers["Authorization"] = aiohttp.encode_basic_auth("user", "pass", encoding="latin1")


def _get_http() -> aiohttp.ClientSession:
    """The session of the running event loop, which closes it when it shuts down."""
    loop = asyncio.get_running_loop()
    if loop not in _http_by_loop:
        session = aiohttp.ClientSession(
            headers=_http_headers,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        closing = _close_http(loop, session)
        _http_by_loop[loop] = session, closing
        with contextlib.suppress(StopIteration):
            closing.asend(None).send(None)
    return _http_by_loop[loop][0]


async def _close_http(
    loop: asyncio.AbstractEventLoop, session: aiohttp.ClientSession
) -> AsyncGenerator[None, None]:
    """Close a session when its event loop ends the generators that were begun in it."""
    try:
        yield
    finally:
        del _http_by_loop[loop]
        await session.close()


async def length(url: str, size: int) -> int:
    async with _get_http().get(
        f"{url}/text/ascii?n={size}",
        max_redirects=31,
    ) as response:
        return len(await response.text(errors="replace")) + size


async def both(url: str) -> list[int]:
    return [await length(url, 1), await length(url, 2)]


def main(url):
    return asyncio.run(both(url)), asyncio.run(both(url))
