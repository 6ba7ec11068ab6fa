import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator

import aiohttp

_session_headers: dict[str, str] = {}
_session_by_loop: dict[
    asyncio.AbstractEventLoop, tuple[aiohttp.ClientSession, AsyncGenerator[None, None]]
] = {}
if "NO_SUCH_VARIABLE" not in os.environ:
    _session_headers["X-Deployed"] = "yes"


def get_session() -> aiohttp.ClientSession:
    """The session of the running event loop, which closes it when it shuts down."""
    loop = asyncio.get_running_loop()
    if loop not in _session_by_loop:
        session = aiohttp.ClientSession(
            headers=_session_headers,
            timeout=aiohttp.ClientTimeout(total=None),
        )
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


LIMIT = 3


class Pages:
    def __init__(self, url: str) -> None:
        self.url = url

    async def page(self, number: int) -> str:
        async with get_session().get(
            f"{self.url}/text/ascii",
            params={"page": number},
            max_redirects=31,
        ) as response:
            if response.status != 200:
                raise LookupError(number)
            return await response.text(errors="replace")

    async def every(self) -> list[str]:
        return [await self.page(number) for number in range(LIMIT)]


async def main(url):
    pages = Pages(url)
    return await pages.every()
