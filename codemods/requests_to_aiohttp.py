"""Send HTTP requests with `aiohttp` inside `async def`, where `requests` blocks the event loop.

A call of `requests` stops every task of the process until the answer is there. Each call becomes
one on an `aiohttp.ClientSession`, keyword by keyword: timeouts, redirects, authentication, TLS and
forms are written so that the server sees the same request; responses are read where the program
reads them; handlers name aiohttp's exceptions.

Fix safety: what is equal on the wire is written so without a word. What remains different makes a
finding unsafe, each in a sentence: aiohttp sends a GET again when the server hangs up, reads no
proxies from the environment, checks certificates against the system's store, and has a User-Agent
of its own. `accept-residual = ["resend", ...]` in `[tool.lever-fix.requests-to-aiohttp]` says that
a team accepts them; `parity = "strict"` writes sessions that read the environment, keep cookies
and trust certificates as requests does, and accepts what no session can change, which the finding
then names. A response that goes to other functions is followed, and they are rewritten with it. A
session that a module makes on import is refused, as aiohttp's belongs to one event loop;
`session-style = "lazy"` writes a function that gives each loop its own, and closes it as the loop
shuts down. An argument or a use without an equal refuses the whole function.

https://docs.aiohttp.org/en/stable/client_quickstart.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lever_fix.codemod import Case, Finding, Project, Refusal, Safety, codemod
from lever_fix.domains.http.findings import DEFAULTS, HttpOptions
from lever_fix.domains.http.project import Senders, decide, senders

_WHY = "what remains different is said, such as that aiohttp reads no proxies from the environment"
_CASES = (
    Case(
        "import requests\n\n\n"
        "async def rate(url: str) -> float:\n"
        "    response = requests.get(url, timeout=5)\n"
        "    response.raise_for_status()\n"
        '    return float(response.json()["rate"])\n',
        "import aiohttp\n\n\n"
        "async def rate(url: str) -> float:\n"
        "    async with aiohttp.ClientSession() as session:\n"
        "        async with session.get(\n"
        "            url,\n"
        "            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),\n"
        "            max_redirects=31,\n"
        "        ) as response:\n"
        "            response.raise_for_status()\n"
        '            return float((await response.json(content_type=None))["rate"])\n',
        safety=Safety.UNSAFE,
        why=_WHY,
    ),
    Case(
        "import requests\n\n\n"
        "async def ping(url: str) -> bool:\n"
        "    try:\n"
        "        return requests.head(url).ok\n"
        "    except requests.RequestException:\n"
        "        return False\n",
        "import asyncio\n\nimport aiohttp\n\n\n"
        "async def ping(url: str) -> bool:\n"
        "    try:\n"
        "        async with aiohttp.ClientSession(\n"
        "            timeout=aiohttp.ClientTimeout(total=None),\n"
        "        ) as session:\n"
        "            async with session.head(url) as response:\n"
        "                return response.ok\n"
        "    except (aiohttp.ClientError, asyncio.TimeoutError):\n"
        "        return False\n",
        target="py310",
        safety=Safety.UNSAFE,
        why=_WHY,
    ),
    Case(
        "import requests\n\n\n"
        "async def upload(url, check):\n"
        '    return requests.post(url, hooks={"response": check}).status_code\n',
        why="`hooks` has no equal in aiohttp; `to-thread` makes the call in a thread",
    ),
)


@codemod(
    summary="Send requests with aiohttp, and turn functions async as far as their callers ask",
    triggers=("requests",),
    cases=_CASES,
    scan=senders,
    facts=Senders,
    options=HttpOptions,
    index=True,
)
def requests_to_aiohttp(
    facts: Mapping[str, Senders], project: Project
) -> Iterator[Finding | Refusal]:
    """One finding for each plan: functions that must turn together, in however many files."""
    yield from decide(facts, project, project.options or DEFAULTS)
