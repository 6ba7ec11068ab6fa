"""Run independent awaits concurrently: one `asyncio.gather` instead of one `await` after another.

Two to six adjacent statements `name = await call(...)` that take nothing from each other, and only
look at things, are as slow together as the sum of them; gathered, as the slowest. What each call
does is worked out over the call graph: what it reads and writes, which session, connection or
client it uses and where it has it from. Two awaits that can reach one database session are never
gathered: SQLAlchemy forbids it, though tests often do not show it.

Fix safety: safe where every call resolves, only reads, and shares nothing but clients and pools
that are made to be shared. Unsafe, with the reason, where a call is another library's, may end in
an HTTP error, or stands in a `try` with specific handlers. What is accepted for safe: where two
reads fail, the error that comes first in time wins, and where one fails, the others still run to
their end. A session of its own per call takes as many connections of the pool at once.

https://docs.python.org/3/library/asyncio-task.html#asyncio.gather
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

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
from lever_fix.domains.asyncio_name import asyncio_name
from lever_fix.domains.effects.model import Frame
from lever_fix.domains.gather.context import context_of
from lever_fix.domains.gather.frames import frame_of
from lever_fix.domains.gather.groups import Group, Judged, grouped
from lever_fix.domains.gather.layout import gather_edit, layout_problem
from lever_fix.domains.gather.steps import Run, runs

_CASES = (
    Case(
        "import asyncio\n\nimport httpx\n\n\n"
        "async def status(client: httpx.AsyncClient, url: str):\n"
        '    orders = await client.get(f"{url}/orders")\n'
        '    stock = await client.get(f"{url}/stock")\n'
        "    return orders.json(), stock.json()\n",
        "import asyncio\n\nimport httpx\n\n\n"
        "async def status(client: httpx.AsyncClient, url: str):\n"
        "    orders, stock = await asyncio.gather(\n"
        '        client.get(f"{url}/orders"),\n'
        '        client.get(f"{url}/stock"),\n    )\n'
        "    return orders.json(), stock.json()\n",
    ),
    Case(
        "import asyncio\n\nfrom weather import get_forecast, get_warnings\n\n\n"
        "async def report(city):\n    forecast = await get_forecast(city)\n"
        "    warnings = await get_warnings(city)\n    return forecast, warnings\n",
        "import asyncio\n\nfrom weather import get_forecast, get_warnings\n\n\n"
        "async def report(city):\n"
        "    forecast, warnings = await asyncio.gather(get_forecast(city), get_warnings(city))\n"
        "    return forecast, warnings\n",
        safety=Safety.UNSAFE,
        why="another package's functions: only their names say that they read",
    ),
    Case(
        "from sqlalchemy.ext.asyncio import AsyncSession\n\n\n"
        "async def page(session: AsyncSession, key):\n    user = await session.get(User, key)\n"
        "    team = await session.get(Team, key)\n    return user, team\n",
        why="one session takes one statement at a time",
    ),
    Case(
        "from weather import get_city, get_forecast\n\n\nasync def report(name):\n"
        "    city = await get_city(name)\n    forecast = await get_forecast(city)\n"
        "    return forecast\n",
        why="the second call takes the result of the first",
    ),
)


@codemod(
    summary="Run independent awaits concurrently",
    triggers=("await",),
    cases=_CASES,
    after=("requests-to-aiohttp", "retry-to-tenacity", "eager-load", "async-sleep"),
    index=True,
)
def gather_awaits(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each group of awaits that may run together."""
    for run in runs(module):
        frame = frame_of(module, project, run.function)
        for group in grouped(frame, run, project.effects):
            yield from _decided(frame, project, run, group)


def _decided(frame: Frame, project: Project, run: Run, group: Group) -> Iterator[Finding | Refusal]:
    """What becomes of one group: a finding, or why it is none."""
    module, first = frame.module, module_span(frame.module, group.steps)
    if group.code:
        yield module.refusal(first, group.code, *group.chain)
        return
    if group.shared:
        yield _proposal(module, first, group)
        return
    steps = [one.step for one in group.steps]
    targets = frozenset(step.target for step in steps)
    context = context_of(frame, [step.statement for step in steps], targets)
    if context.code:
        yield module.refusal(first, context.code, context.chain)
        return
    if blocked := layout_problem(module, steps):
        yield module.refusal(first, *blocked)
        return
    name = asyncio_name(module, steps[0].call)
    if name is None:
        yield module.refusal(first, "name-shadowed", "`asyncio` means something else here")
        return
    reasons = tuple(dict.fromkeys((*group.reasons, *context.reasons)))
    finding = module.finding(
        first,
        _message(group),
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        edits=(gather_edit(module, steps, name.text, project.line_length),),
        needs=Needs(module.path, imports=name.imports),
    )
    yield replace(finding, reads=_relied_on(group), writes=(frame.symbol.id,))


def module_span(module: Module, steps: Sequence[Judged]) -> Span:
    """From the first step to the last."""
    return Span(
        module.span(steps[0].step.statement).start, module.span(steps[-1].step.statement).end
    )


def _message(group: Group) -> str:
    count = len(group.steps)
    text = f"{count} awaits that take nothing from each other run one after another"
    pools = sorted({pool for one in group.steps for pool in one.verdict.pools})
    if pools:
        text += f"; each takes {' and '.join(pools)}, so {count} at once"
    return text


def _proposal(module: Module, span: Span, group: Group) -> Finding:
    names = ", ".join(f"`{one.step.target}`" for one in group.steps)
    return module.finding(
        span,
        f"{len(group.steps)} queries one after another on `{group.shared}` for {names}: one"
        " aggregated query would do",
        safety=Safety.DISPLAY,
        reasons=(f"`{group.shared}` may share one session between its methods",),
    )


def _relied_on(group: Group) -> tuple[str, ...]:
    """The functions that the verdicts stand on."""
    return tuple(sorted({name for one in group.steps for name in one.relied_on}))
