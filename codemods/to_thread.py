"""Make a blocking call of `requests` in a thread, where aiohttp has no equal for it.

`requests-to-aiohttp` refuses a function where an argument or a use of the answer has no equal:
hooks, adapters, cookie jars, a response that is handed on. `await asyncio.to_thread(requests.get,
url)` sends the very same request, and the event loop goes on meanwhile.

Fix safety: the call is the same, so what could change is what happens while it is awaited: other
tasks run, where none did before. It is unsafe where the function holds a lock, has read what it
writes later, or may run on another loop. A streamed answer is left alone, as its body is read later
and in the event loop, and so is a session that tasks may share.

https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread
"""

from __future__ import annotations

from collections.abc import Iterator

from lever_fix.codemod import (
    Case,
    Finding,
    Fix,
    Import,
    Module,
    Project,
    Refusal,
    Safety,
    codemod,
)
from lever_fix.domains.added_await import added_await
from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.threads import Threaded, blocking_calls, write_thread

_CASES = (
    Case(
        "import requests\n\n\n"
        "async def upload(url, check):\n"
        '    return requests.post(url, hooks={"response": check})\n',
        "import asyncio\n\nimport requests\n\n\n"
        "async def upload(url, check):\n"
        '    return await asyncio.to_thread(requests.post, url, hooks={"response": check})\n',
    ),
    Case(
        "import requests\n\n\nasync def rate(url, proxies):\n"
        "    return requests.get(url, proxies=proxies).json()\n",
        "import asyncio\n\nimport requests\n\n\nasync def rate(url, proxies):\n"
        "    return (await asyncio.to_thread(requests.get, url, proxies=proxies)).json()\n",
    ),
    Case(
        "import requests\n\n\nasync def rate(url):\n"
        "    return requests.get(url, timeout=5).json()\n",
        why="aiohttp can do it, and `requests-to-aiohttp` writes it so",
    ),
    Case(
        "import requests\n\n\nasync def rows(url, hooks):\n"
        "    return requests.get(url, stream=True, hooks=hooks)\n",
        why="the body is read later, in the event loop",
    ),
)


@codemod(
    summary="Make a blocking call of requests in a thread, where aiohttp has no equal for it",
    triggers=("requests",),
    cases=_CASES,
    after=("requests-to-aiohttp",),
)
def to_thread(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each call."""
    for found in blocking_calls(module):
        if isinstance(found, Blocked):
            yield module.refusal(module.span(found.node), found.code, found.words)
        else:
            yield _finding(module, project, found)


def _finding(module: Module, project: Project, found: Threaded) -> Finding:
    draft = Draft(module)
    write_thread(draft, found.node)
    safety, reasons = added_await(module, project, found.function, found.node)
    return module.finding(
        module.span(found.node.func),
        f"`{draft.source(found.node.func)}` blocks the event loop, a thread does not; "
        f"aiohttp cannot make the call: {found.why}",
        safety=safety if reasons else Safety.SAFE,
        reasons=reasons,
        fix=Fix(draft.finished(), (module.needs(imports=(Import("asyncio"),)),)),
    )
