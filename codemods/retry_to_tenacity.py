"""Write a hand-written retry loop with tenacity.

A loop that tries something, catches what went wrong, sleeps and tries again is a retry: how often,
on which exceptions and after how long can be said in one place. Where the function is nothing but
the loop it becomes `@retry(...)`; inside a larger function it becomes
`for attempt in Retrying(...): with attempt: ...`.

With `final-sleep = "keep"` the sleep that many loops make after the last failure is kept, by a
callback; by default it is dropped, as nothing waits for it.

Retries inside an HTTP client (`urllib3.Retry`) are only pointed at.

Fix safety: the same calls, sleeps, log lines and outcome. A loop that sleeps once more after the
last failure is unsafe, since tenacity does not. So is a number of attempts that may be 0, for which
the loop makes no call and tenacity one, and a delay with chance in it, which tenacity draws after
the last failure, too. Loops that poll, that never end or whose variable is data are left alone.

https://tenacity.readthedocs.io
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lever_fix.codemod import Case, Finding, Project, Refusal, Safety, codemod
from lever_fix.domains.retries.findings import RetryFacts, RetryOptions, findings_of, scan

_CASES = (
    Case(
        "import time\n\n\n"
        "def fetch(client):\n"
        "    for attempt in range(3):\n"
        "        try:\n"
        "            return client.get()\n"
        "        except ConnectionError:\n"
        "            if attempt == 2:\n"
        "                raise\n"
        "            time.sleep(1)\n",
        "from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed\n\n\n"
        "@retry(\n"
        "    stop=stop_after_attempt(3),\n"
        "    wait=wait_fixed(1),\n"
        "    retry=retry_if_exception_type(ConnectionError),\n"
        "    reraise=True,\n"
        ")\n"
        "def fetch(client):\n"
        "    return client.get()\n",
    ),
    Case(
        "import asyncio\n\n\n"
        "async def load(client, key):\n"
        "    for attempt in range(5):\n"
        "        try:\n"
        "            value = await client.get(key)\n"
        "            break\n"
        "        except OSError as error:\n"
        "            if attempt == 4:\n"
        "                raise RuntimeError(key) from error\n"
        "            await asyncio.sleep(2**attempt)\n"
        "    return value.decode()\n",
        "from tenacity import (\n"
        "    AsyncRetrying,\n"
        "    retry_if_exception_type,\n"
        "    stop_after_attempt,\n"
        "    wait_exponential,\n"
        ")\n\n\n"
        "async def load(client, key):\n"
        "    try:\n"
        "        async for attempt in AsyncRetrying(\n"
        "            stop=stop_after_attempt(5),\n"
        "            wait=wait_exponential(),\n"
        "            retry=retry_if_exception_type(OSError),\n"
        "            reraise=True,\n"
        "        ):\n"
        "            with attempt:\n"
        "                value = await client.get(key)\n"
        "    except OSError as error:\n"
        "        raise RuntimeError(key) from error\n"
        "    return value.decode()\n",
    ),
    Case(
        "import time\n\n\n"
        "def fetch(client):\n"
        "    for _ in range(3):\n"
        "        try:\n"
        "            return client.get()\n"
        "        except ConnectionError:\n"
        "            time.sleep(1)\n",
        "from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed\n\n\n"
        "@retry(\n"
        "    stop=stop_after_attempt(3),\n"
        "    wait=wait_fixed(1),\n"
        "    retry=retry_if_exception_type(ConnectionError),\n"
        "    retry_error_callback=lambda _: None,\n"
        ")\n"
        "def fetch(client):\n"
        "    return client.get()\n",
        safety=Safety.UNSAFE,
        why="the loop sleeps once more after the last failure, and tenacity does not",
    ),
    Case(
        "import time\n\n\n"
        "def watch(client):\n"
        "    while True:\n"
        "        try:\n"
        "            client.poll()\n"
        "        except ConnectionError:\n"
        "            pass\n"
        "        time.sleep(1)\n",
        why="it goes on when all is well: it polls, and retries nothing",
    ),
)


@codemod(
    summary="Write a hand-written retry loop with tenacity",
    triggers=("sleep", "retry", "retries", "Retry", "attempt", "tries", "patch"),
    cases=_CASES,
    scan=scan,
    facts=RetryFacts,
    after=("requests-to-aiohttp",),
    options=RetryOptions,
    index=True,
)
def retry_to_tenacity(
    facts: Mapping[str, RetryFacts], project: Project
) -> Iterator[Finding | Refusal]:
    """One finding for each loop; what tests replace is known of all files."""
    options = project.options or RetryOptions()
    names = frozenset(name for one in facts.values() for name in one.patched)
    for path in sorted(path for path, one in facts.items() if one.loops):
        module = project.index.module(path)
        if module is not None:
            yield from findings_of(module, project, options, names)
