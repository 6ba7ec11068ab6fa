"""Write a hand-written retry loop with tenacity.

A loop that tries something, catches what went wrong, sleeps and tries again is a retry: how often,
on which exceptions and after how long can be said in one place. Where the function is nothing but
the loop it becomes `@retry(...)`; inside a larger function it becomes
`for attempt in Retrying(...): with attempt: ...`.

Fix safety: the same calls, sleeps, log lines and outcome. A loop that sleeps once more after the
last failure is unsafe, since tenacity does not. So is a number of attempts that may be 0, for which
the loop makes no call and tenacity one, and a delay with chance in it, which tenacity draws after
the last failure, too. Loops that poll, that never end or whose variable is data are left alone.

https://tenacity.readthedocs.io
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from lever_fix.codemod import (
    Case,
    Finding,
    Module,
    Needs,
    Project,
    Refusal,
    Safety,
    Span,
    codemod,
)
from lever_fix.domains.retries.celery_tasks import task_decorator
from lever_fix.domains.retries.emit import rewritten
from lever_fix.domains.retries.model import Loop, NotRewritableError, RetryLoop
from lever_fix.domains.retries.recognise import loops, recognise
from lever_fix.domains.retries.results import recognise_result
from lever_fix.domains.retries.safety import doubts_of
from lever_fix.domains.retries.writer import Rewrite
from lever_fix.knowledge.retry_facts import REQUIREMENT

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
    triggers=("sleep", "retry", "retries", "attempt", "tries"),
    cases=_CASES,
)
def retry_to_tenacity(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each loop."""
    for loop in loops(module):
        try:
            retry = recognise_result(module, loop) or recognise(module, loop)
            if retry is not None and retry.function and task_decorator(module, retry.function):
                raise NotRewritableError("celery-task", "`celery-autoretry` is for Celery tasks")
            if retry is not None:
                yield _finding(module, retry, rewritten(module, project, retry))
        except NotRewritableError as error:
            yield module.refusal(_site(module, loop), error.code, *error.chain)


def _site(module: Module, loop: Loop) -> Span:
    """The head of a loop."""
    start = module.span(loop).start
    end = module.span(loop.test if isinstance(loop, ast.While) else loop.iter).end
    return Span(start, end)


def _finding(module: Module, retry: RetryLoop, rewrite: Rewrite) -> Finding:
    reasons = doubts_of(module, retry, rewrite)
    needs = Needs(
        module.path,
        imports=rewrite.imports,
        freed=rewrite.freed,
        packages=(REQUIREMENT,),
        comments_dropped=rewrite.dropped,
        names_bound=tuple(sorted(rewrite.unbound)),
    )
    finding = module.finding(
        _site(module, retry.loop),
        "a hand-written retry loop is tenacity's `@retry`"
        if rewrite.form == "decorator"
        else "a hand-written retry loop is tenacity's `Retrying`",
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        edits=rewrite.edits,
        needs=needs,
    )
    symbol = f"{module.path}::{finding.scope}"
    return msgspec.structs.replace(finding, reads=(symbol,), writes=(symbol,))
