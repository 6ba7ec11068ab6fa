"""What all of the shop's calls go through."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import aiohttp
from multidict import CIMultiDict

TOKEN = "secret"
# One session, so that connections are kept.
_session_headers: CIMultiDict[str] = CIMultiDict()
_session_by_loop: dict[
    asyncio.AbstractEventLoop, tuple[aiohttp.ClientSession, AsyncGenerator[None, None]]
] = {}
_session_headers.update({"X-Shop": "7", "X-Token": TOKEN})
_session_headers["x-shop"] = "8"


def get_session() -> aiohttp.ClientSession:
    """The session of the running event loop, which closes it when it shuts down."""
    loop = asyncio.get_running_loop()
    if loop not in _session_by_loop:
        session = aiohttp.ClientSession(headers=_session_headers)
        closing = _close_session(loop, session)
        _session_by_loop[loop] = session, closing
        with contextlib.suppress(StopIteration):
            closing.asend(None).send(None)
    return _session_by_loop[loop][0]


async def _close_session(
    loop: asyncio.AbstractEventLoop, session: aiohttp.ClientSession
) -> AsyncGenerator[None, None]:
    """Close a session when its event loop ends the generators that were begun in it."""
    try:
        yield
    finally:
        del _session_by_loop[loop]
        await session.close()


async def login(url: str) -> str:
    """The cookie that the server gives is sent with every later call."""
    async with get_session().get(
        f"{url}/cookies/set",
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
        max_redirects=31,
    ) as response:
        return await response.text(errors="replace")
