"""Write `time.sleep(...)` in an `async def` as `await asyncio.sleep(...)`.

A plain sleep stops the whole event loop: no other request is served until it is over. The rewrite
also reaches a nested `def` that the function only ever calls itself; it becomes an `async def`.
What is handed to a thread (`asyncio.to_thread`, `run_in_executor`, any callback) is left alone: a
plain sleep is right there.

Fix safety: while a function awaits, other tasks run, and it can be cancelled. The fix is safe
where nothing in the function relies on neither happening: asyncio is the only loop the module
knows, no lock or other plain `with` stays entered across the sleep, no handler around it would
swallow a cancellation, and no attribute or global is read before it and written after it. It is
unsafe otherwise, and in tests, which may block the loop on purpose. A negative delay, for which
`time.sleep` raises ValueError, does not wait.

https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec.structs import replace

from lever_fix.codemod import (
    Case,
    Edit,
    Finding,
    Module,
    Needs,
    Project,
    Refusal,
    Safety,
    codemod,
)
from lever_fix.domains.added_await import added_await
from lever_fix.domains.asyncio_name import AsyncioName, asyncio_name
from lever_fix.domains.nested_helpers import Helper, awaited, helper_of
from lever_fix.domains.paths import is_test
from lever_fix.domains.positions import FORMATTED, dotted
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

_SLEEP = "time.sleep"
_SHADOWED = ("name-shadowed", "`asyncio` means something else here")
_ON_PURPOSE = re.compile(
    rb"#.*(?:\bASYNC\d|\bblock(?:s|ing)?\b.*\b(?:loop|purpose)\b)", re.IGNORECASE
)

_CASES = (
    Case(
        "import time\n\n\nasync def poll(job):\n    while not job.done:\n        time.sleep(0.5)\n",
        "import asyncio\n\n\nasync def poll(job):\n    while not job.done:\n"
        "        await asyncio.sleep(0.5)\n",
    ),
    Case(
        "import asyncio\nfrom time import sleep\n\n\nasync def main():\n    def pause():\n"
        "        sleep(1)\n\n    pause()\n    await asyncio.sleep(1)\n",
        "import asyncio\n\n\nasync def main():\n    async def pause():\n"
        "        await asyncio.sleep(1)\n\n    await pause()\n    await asyncio.sleep(1)\n",
    ),
    Case(
        "import time\n\n\nclass Meter:\n    async def next(self):\n        value = self.value\n"
        "        time.sleep(1)\n        self.value = value + 1\n",
        "import asyncio\n\n\nclass Meter:\n    async def next(self):\n        value = self.value\n"
        "        await asyncio.sleep(1)\n        self.value = value + 1\n",
        safety=Safety.UNSAFE,
        why="`self.value` is read before the sleep and written after it",
    ),
    Case(
        "import asyncio\nimport time\n\n\nasync def main():\n    def work():\n"
        "        time.sleep(1)\n\n    await asyncio.to_thread(work)\n",
        why="`work` runs in a thread, where a plain sleep is right",
    ),
)


@codemod(
    summary="Write time.sleep(...) in an async def as await asyncio.sleep(...)",
    triggers=("sleep",),
    cases=_CASES,
)
def async_sleep(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each plain sleep that an event loop waits for."""
    if b"async" not in module.view or b"time" not in module.view:
        return
    helpers: dict[ast.FunctionDef, list[ast.Call]] = {}
    for call in _sleeps(module):
        function = scopes(module).function_of(call)
        if isinstance(function, ast.AsyncFunctionDef):
            yield _direct(module, project, function, call)
        elif isinstance(function, ast.FunctionDef):
            helpers.setdefault(function, []).append(call)
    for function, calls in helpers.items():
        found = helper_of(module, function)
        if isinstance(found, Helper):
            yield _indirect(module, project, found, calls)
        elif found:
            for call in calls:
                yield module.refusal(module.span(call), *found)


def _sleeps(module: Module) -> Iterator[ast.Call]:
    """The calls of `time.sleep`, in the order of the source."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and qualified_name(module, node.func) == _SLEEP:
            yield node


def _direct(
    module: Module, project: Project, function: ast.AsyncFunctionDef, call: ast.Call
) -> Finding | Refusal:
    """The finding for a sleep that stands in the `async def` itself."""
    name = asyncio_name(module, call)
    if blocked := _blocked(module, call):
        return module.refusal(module.span(call), *blocked)
    if name is None:
        return module.refusal(module.span(call), *_SHADOWED)
    reasons = added_await(module, project, function, call)[1]
    return _finding(module, call, reasons, _sleep_edits(module, call, name), name)


def _indirect(
    module: Module, project: Project, helper: Helper, calls: list[ast.Call]
) -> Finding | Refusal:
    """The finding for the sleeps of a nested function, which turns async with its calls."""
    name = asyncio_name(module, calls[0])
    span = module.span(calls[0])
    for call in (*calls, *helper.calls):
        if blocked := _blocked(module, call):
            return module.refusal(span, *blocked)
    if name is None:
        return module.refusal(span, *_SHADOWED)
    edits = [module.edit(start := module.span(helper.node).start, start, "async ")]
    reasons: list[str] = []
    for call in calls:
        edits += _sleep_edits(module, call, name)
        reasons += added_await(module, project, helper.node, call)[1]
    for call in helper.calls:
        edits += awaited(module, call)
        function = scopes(module).function_of(call)
        assert isinstance(function, ast.AsyncFunctionDef)
        reasons += added_await(module, project, function, call)[1]
    return _finding(module, calls[0], tuple(dict.fromkeys(reasons)), edits, name)


def _blocked(module: Module, call: ast.Call) -> tuple[str, str] | None:
    """Reason code and words for why a call cannot be awaited where it stands."""
    around = list(scopes(module).ancestors(call))
    if any(isinstance(node, ast.GeneratorExp) for node in around):
        return "generator", "an `await` would turn the generator around it into an async one"
    if any(isinstance(node, FORMATTED) for node in around):
        return "f-string", "it stands inside an f-string"
    plain = len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
    if not plain and qualified_name(module, call.func) == _SLEEP:
        return "odd-arguments", "`asyncio.sleep` takes the delay as its one plain argument"
    return None


def _sleep_edits(module: Module, call: ast.Call, name: AsyncioName) -> list[Edit]:
    """The edits that make a plain sleep an awaited one."""
    function = module.span(call.func)
    start, *end = awaited(module, call)
    head = module.edit(function.start, function.end, f"{start.text}{name.text}.sleep")
    return [head, *end]


def _finding(
    module: Module, call: ast.Call, reasons: tuple[str, ...], edits: list[Edit], name: AsyncioName
) -> Finding:
    reasons = (*reasons, *_on_purpose(module, call))
    root = dotted(call.func).partition(".")[0]
    finding = module.finding(
        module.span(call),
        "`time.sleep` stops every task of the event loop; `await asyncio.sleep` only this one",
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        edits=tuple(edits),
        needs=Needs(module.path, imports=name.imports, freed=(root,)),
    )
    return replace(finding, writes=(f"{module.path}::{finding.scope}",))


def _on_purpose(module: Module, call: ast.Call) -> Iterator[str]:
    """What tells that the sleep may be meant to block the loop."""
    if is_test(module.path):
        yield "a test may block the event loop on purpose"
    start, end = module.lexed.statement_at(module.span(call).start)
    line_end = module.view.find(b"\n", end)
    line = module.view[start : line_end if line_end >= 0 else len(module.view)]
    if _ON_PURPOSE.search(line):
        yield "a comment says that it blocks on purpose"
