"""Send HTTP requests with `aiohttp` where `httpx` sends them, for teams that settle on one client.

Calls on an `AsyncClient` are awaited already; calls of `httpx.get` and of a `Client` block, and
their functions turn async as far as their callers ask, as `requests-to-aiohttp` does it. Redirects,
which httpx does not follow by itself, timeouts of five seconds, forms and errors are written out.

It is off unless it is selected: which client to use is a team's choice, and httpx blocks nobody.

Fix safety: a finding is unsafe, and says what remains different, such as that JSON is sent with
spaces, and that a redirect is no error. `accept-residual` in `[tool.lever-fix.httpx-to-aiohttp]`
says that a team accepts them. Transports, event hooks, base URLs, streams and HTTP/2 are refused.

https://docs.aiohttp.org/en/stable/client_quickstart.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lever_fix.codemod import Case, Finding, Module, Project, Refusal, Safety, codemod
from lever_fix.domains.http.findings import DEFAULTS, HttpOptions
from lever_fix.domains.http.project import Senders, decide, senders
from lever_fix.knowledge.http_libraries import HTTPX

_CASES = (
    Case(
        "import httpx\n\n\n"
        "async def rate(url: str) -> float:\n"
        "    async with httpx.AsyncClient(timeout=10) as client:\n"
        "        response = await client.get(url)\n"
        "        response.raise_for_status()\n"
        '        return float(response.json()["rate"])\n',
        "import json\n\nimport aiohttp\n\n\n"
        "async def rate(url: str) -> float:\n"
        "    async with aiohttp.ClientSession(\n"
        "        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=10),\n"
        "    ) as client:\n"
        "        async with client.get(url, allow_redirects=False) as response:\n"
        "            response.raise_for_status()\n"
        '            return float(json.loads(await response.read())["rate"])\n',
        safety=Safety.UNSAFE,
        why="what remains different is said, such as that a redirect is no error to aiohttp",
    ),
    Case(
        "import httpx\n\n\n"
        "async def rates(transport):\n"
        "    async with httpx.AsyncClient(transport=transport) as client:\n"
        '        return (await client.get("http://rates/")).json()\n',
        why="a transport has no equal in aiohttp",
    ),
)


def _senders(module: Module) -> Senders | None:
    return senders(module, HTTPX)


@codemod(
    summary="Send requests with aiohttp where httpx sends them",
    triggers=("httpx",),
    cases=_CASES,
    scan=_senders,
    facts=Senders,
    enabled=False,
    options=HttpOptions,
    index=True,
)
def httpx_to_aiohttp(facts: Mapping[str, Senders], project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each plan: functions that must turn together, in however many files."""
    yield from decide(facts, project, project.options or DEFAULTS, HTTPX)
