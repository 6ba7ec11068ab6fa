"""Run the awaits of a loop concurrently, at most so many at a time.

A loop that awaits one call for each item takes as long as all calls together. A bounded gather
takes as long as its slowest calls, and asks no more of a service at once than it should. List and
dictionary comprehensions, loops that fill a list or a dictionary, and loops that only do something
for each item are rewritten; the results keep their order. A helper `gather_bounded` comes into the
module with the first of them; `max-concurrency` in `[tool.lever-fix.gather-loop]` says how many
calls run at a time (10).

Fix safety: safe where the callee only reads, shares nothing but clients and pools that are made to
be shared, and where what is iterated is a list or the like. Unsafe, with the reason, where the
callee is another library's, where it writes to nothing but its own item, or where what is iterated
may be read as it comes. Loops that stop early, pace themselves, use an earlier result or stand in
a transaction are left alone, and so is whatever may share a database session. Where one call
fails, the others still run to their end. A session of its own per call takes as many connections
of the pool as calls run at a time.

https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

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
from lever_fix.domains.asyncio_name import asyncio_name
from lever_fix.domains.effects.model import Frame
from lever_fix.domains.effects.resources import last_name
from lever_fix.domains.effects.summary import relied_on
from lever_fix.domains.gather.context import context_of
from lever_fix.domains.gather.frames import frame_of
from lever_fix.domains.gather.iterables import in_hand
from lever_fix.domains.gather.loop_layout import (
    HELPER,
    has_comments,
    helper,
    helper_blocked,
    loop_edit,
)
from lever_fix.domains.gather.loops import Loop, loop_problem, loops, names_of
from lever_fix.domains.gather.verdict import Verdict, argument_doubts, judge, judge_effect
from lever_fix.semantics.scopes import scopes


class Options(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """The table `[tool.lever-fix.gather-loop]`."""

    max_concurrency: int = 10


_HELPER = '''\
_Result = TypeVar("_Result")


async def gather_bounded(
    awaitables: Iterable[Awaitable[_Result]], limit: int
) -> list[_Result]:
    """Await them all, at most `limit` at a time; the results are in their order."""
    semaphore = asyncio.Semaphore(limit)

    async def one(awaitable: Awaitable[_Result]) -> _Result:
        async with semaphore:
            return await awaitable

    return list(await asyncio.gather(*map(one, awaitables)))
'''
_HEAD = "import asyncio\n\nimport httpx\n\n\n"
_NEW_HEAD = (
    "import asyncio\nfrom collections.abc import Awaitable, Iterable\n"
    f"from typing import TypeVar\n\nimport httpx\n\n\n{_HELPER}\n\n"
)
_SIGNATURE = "async def pages(client: httpx.AsyncClient, urls: list[str]):\n"

_SHADOWED = "`asyncio` or a name that the helper needs means something else here"

_CASES = (
    Case(
        f"{_HEAD}{_SIGNATURE}    return [await client.get(url) for url in urls]\n",
        f"{_NEW_HEAD}{_SIGNATURE}"
        "    return await gather_bounded((client.get(url) for url in urls), limit=10)\n",
    ),
    Case(
        f"{_HEAD}{_SIGNATURE}    found = []\n    for url in urls:\n"
        "        found.append(await client.get(url))\n    return found\n",
        f"{_NEW_HEAD}{_SIGNATURE}"
        "    found = await gather_bounded((client.get(url) for url in urls), limit=10)\n"
        "    return found\n",
    ),
    Case(
        f"{_HEAD}{_SIGNATURE}    for url in urls:\n        await client.get(url)\n"
        "        await asyncio.sleep(1)\n",
        why="the pause between two calls is meant",
    ),
    Case(
        "from sqlalchemy.ext.asyncio import AsyncSession\n\n\n"
        "async def users(session: AsyncSession, keys: list[int]):\n"
        "    return [await session.get(User, key) for key in keys]\n",
        why="one session takes one statement at a time",
    ),
)


@codemod(
    summary="Run the awaits of a loop concurrently, at most so many at a time",
    triggers=("await",),
    cases=_CASES,
    after=(
        "requests-to-aiohttp",
        "retry-to-tenacity",
        "eager-load",
        "async-sleep",
        "gather-awaits",
    ),
    options=Options,
    index=True,
)
def gather_loop(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each loop whose calls may run together."""
    for function, loop in loops(module):
        frame = frame_of(module, project, function)
        yield _decided(frame, project, function, loop)


def _decided(
    frame: Frame, project: Project, function: ast.AsyncFunctionDef, loop: Loop
) -> Finding | Refusal:
    module, span = frame.module, frame.module.span(loop.node)
    if blocked := loop_problem(module, function, loop):
        return module.refusal(span, *blocked)
    verdict = _verdict(frame, project, loop)
    if verdict.code:
        return module.refusal(span, verdict.code, *verdict.chain)
    if not verdict.waits:
        return module.refusal(span, "nothing-to-wait-for", "the calls do not wait for anything")
    statement = scopes(module).statement(loop.node)
    targets = frozenset({loop.filled} - {""}) | names_of(loop.target)
    context = context_of(frame, [loop.start or statement], targets)
    if context.code:
        return module.refusal(span, context.code, context.chain)
    if has_comments(module, loop):
        return module.refusal(span, "comment-inside", "a comment stands in the loop")
    return _finding(frame, project, loop, (*verdict.reasons, *context.reasons), verdict.pools)


def _verdict(frame: Frame, project: Project, loop: Loop) -> Verdict:
    if loop.kind != "effect":
        return judge(frame, loop.call, project.effects)
    return judge_effect(frame, loop.call, names_of(loop.target), project.effects)


def _finding(
    frame: Frame,
    project: Project,
    loop: Loop,
    reasons: tuple[str, ...],
    pools: tuple[str, ...],
) -> Finding | Refusal:
    module, span = frame.module, frame.module.span(loop.node)
    listed = in_hand(frame, loop.source)
    copy = loop.key is not None and not listed
    if copy and not _is_local(frame, loop.source):
        return module.refusal(span, "iterable-unknown", "it may be possible to read it only once")
    name = asyncio_name(module, module.tree)
    if name is None or not _is_free(module, loop.node):
        return module.refusal(span, "name-shadowed", _SHADOWED)
    reasons += tuple(argument_doubts(loop.call, "the call for the item before"))
    if not listed:
        shown = ast.unparse(loop.source)
        reasons += (f"`{shown}` may be made as it is read, and would be read to its end first",)
    limit = (project.options or Options()).max_concurrency
    needs = Needs(
        module.path,
        definitions=tuple(helper(module, name, project.target, project.line_length)),
        names_bound=tuple(sorted(_rebound(loop, copy=copy))),
    )
    finding = module.finding(
        span,
        f"each `await {last_name(loop.call.func)}(...)` waits for the one before it;"
        f" {limit} at a time would do" + "".join(f" ({one} for each)" for one in pools),
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=tuple(dict.fromkeys(reasons)),
        edits=(loop_edit(module, loop, limit, project.line_length, copy=copy),),
        needs=needs,
    )
    relied = relied_on(frame, loop.call, project.effects)
    return replace(finding, reads=relied, writes=(frame.symbol.id,))


def _is_free(module: Module, at: ast.AST) -> bool:
    """Whether the names that the fix needs mean nothing else here."""
    known = scopes(module)
    owner = known.lookup(HELPER, known.scope_of(at))
    return owner in (None, known.top) and not helper_blocked(module)


def _is_local(frame: Frame, source: ast.expr) -> bool:
    known = scopes(frame.module)
    owner = known.resolve(source) if isinstance(source, ast.Name) else None
    return owner is not None and owner.node is frame.function


def _rebound(loop: Loop, *, copy: bool) -> set[str]:
    """The names that are bound in another way than before."""
    source = {loop.source.id} if copy and isinstance(loop.source, ast.Name) else set()
    return {*names_of(loop.target), *loop.bound, *source}
