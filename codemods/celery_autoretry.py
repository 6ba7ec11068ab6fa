"""Let Celery try a task again, instead of a loop or `self.retry` in its body.

`autoretry_for=(...)`, `retry_kwargs={...}` and `retry_backoff=...` say in the decorator what a
retry loop says in many lines, and what `except E as error: raise self.retry(exc=error)` repeats in
every task. A loop that sleeps keeps a worker busy; a task that Celery tries again goes back to the
queue.

Fix safety: a loop is always unsafe, since the task is queued anew where it slept in the worker.
`self.retry` boilerplate is safe where the options do just the same: not where it catches
`Exception`, which Celery's own `Ignore` and `Retry` are, and not without `exc=`.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#automatic-retry-for-known-exceptions
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
    codemod,
)
from lever_fix.domains.retries.celery_tasks import (
    TaskRewrite,
    task_decorator,
    task_of_boilerplate,
    task_of_loop,
)
from lever_fix.domains.retries.model import FunctionNode, Loop, NotRewritableError
from lever_fix.domains.retries.recognise import recognise
from lever_fix.domains.retries.syntax import own

_CASES = (
    Case(
        "from celery import shared_task\n\n\n"
        "@shared_task(bind=True, max_retries=3)\n"
        "def send(self, message):\n"
        "    try:\n"
        "        deliver(message)\n"
        "    except ConnectionError as error:\n"
        "        raise self.retry(exc=error, countdown=5)\n",
        "from celery import shared_task\n\n\n"
        "@shared_task(\n    bind=True,\n    max_retries=3,\n    autoretry_for=(ConnectionError,),\n"
        '    retry_kwargs={"countdown": 5},\n)\n'
        "def send(self, message):\n"
        "    deliver(message)\n",
    ),
    Case(
        "import time\n\nfrom celery import shared_task\n\n\n"
        "@shared_task\n"
        "def send(message):\n"
        "    for attempt in range(4):\n"
        "        try:\n"
        "            return deliver(message)\n"
        "        except ConnectionError:\n"
        "            if attempt == 3:\n"
        "                raise\n"
        "            time.sleep(5)\n",
        "from celery import shared_task\n\n\n"
        "@shared_task(\n"
        "    autoretry_for=(ConnectionError,),\n"
        '    retry_kwargs={"max_retries": 3, "countdown": 5},\n'
        ")\n"
        "def send(message):\n"
        "    return deliver(message)\n",
        safety=Safety.UNSAFE,
        why="the task goes back to the queue, where it slept in the worker",
    ),
    Case(
        "from celery import shared_task\n\n\n"
        "@shared_task(bind=True)\n"
        "def send(self, message):\n"
        "    try:\n"
        "        deliver(message)\n"
        "    except ConnectionError as error:\n"
        "        message.mark_failed()\n"
        "        raise self.retry(exc=error)\n",
        why="a failure leads to more than another attempt",
    ),
)


@codemod(
    summary="Let Celery try a task again by its options",
    triggers=("celery",),
    cases=_CASES,
)
def celery_autoretry(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each task."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        decorator = task_decorator(module, node)
        if decorator is None:
            continue
        try:
            made = _rewritten(module, node, decorator, project.line_length)
        except NotRewritableError as error:
            yield module.refusal(module.span(decorator), error.code, *error.chain)
            continue
        if made is not None:
            yield _finding(module, made)


def _rewritten(
    module: Module, function: FunctionNode, decorator: ast.expr, width: int
) -> TaskRewrite | None:
    made = task_of_boilerplate(module, function, decorator, width)
    if made is not None:
        return made
    for node in own(function.body):
        if isinstance(node, Loop) and (retry := recognise(module, node)) is not None:
            return task_of_loop(module, retry, width)
    return None


def _finding(module: Module, made: TaskRewrite) -> Finding:
    needs = Needs(
        module.path,
        freed=tuple(sorted(made.freed)),
        comments_dropped=made.dropped,
        names_bound=tuple(sorted(made.unbound)),
    )
    finding = module.finding(
        made.span,
        "Celery tries a task again by its options",
        safety=Safety.UNSAFE if made.doubts else Safety.SAFE,
        reasons=made.doubts,
        edits=made.edits,
        needs=needs,
    )
    symbol = f"{module.path}::{finding.scope}"
    return msgspec.structs.replace(finding, reads=(symbol,), writes=(symbol,))
