"""One plan in every form a user can ask for, against `snapshots/cli`.

LEVER_UPDATE_SNAPSHOTS=1 writes the files anew; read them before committing them.
"""

import os
from pathlib import Path

import pytest

from lever_fix.codemod import Codemod
from lever_fix.model import (
    Edit,
    FileChange,
    Finding,
    Fix,
    Import,
    Needs,
    Plan,
    Problem,
    Refusal,
    Safety,
    Span,
)
from lever_fix.report.diff import render_diff
from lever_fix.report.github import render_github
from lever_fix.report.json import render_json
from lever_fix.report.plan import encode_plan
from lever_fix.report.sarif import render_sarif
from lever_fix.report.statistics import render_statistics, render_summary
from lever_fix.report.style import COLOURED
from lever_fix.report.text import render_findings, render_problems, render_refusals, summary
from lever_fix.sources import decode

SNAPSHOTS = Path(__file__).parents[2] / "snapshots" / "cli"

FILES = {
    "shop/models.py": b"""\
from typing import List, Optional

from sqlalchemy.orm import Mapped, relationship


class Order(Base):
    note: Mapped[Optional[str]]
    lines: Mapped[List["Line"]] = relationship(back_populates="order")
""",
    "shop/orders.py": b"""\
import requests

from shop.models import Order


async def overview(user: int) -> Overview:
    \"\"\"All that the start page shows.\"\"\"
    orders = await fetch_orders(user)
    cart = await fetch_cart(user)
    wishes = await fetch_wishes(
        user,
        limit=5,
    )
    return Overview(orders, cart, wishes)


def rate(currency: str) -> float:
    return requests.get(f"https://rates.example/{currency}", timeout=5).json()["rate"]
""",
    "shop/report.py": "def print_totals(orders):\n\tfor order in orders:\n\t\t"
    "print('合計 →', order.lines, '\x1b[31m')\n".encode(),
}


def span(path: str, first: str, last: str = "") -> Span:
    start = FILES[path].index(first.encode())
    end = (
        FILES[path].index(last.encode(), start) + len(last.encode()) if last else start + len(first)
    )
    return Span(start, end)


def replace(path: str, old: str, new: str, *needs: Needs) -> Fix:
    where = span(path, old)
    return Fix((Edit(path, where.start, where.end, new),), needs)


GATHER = span("shop/orders.py", "orders = await", "limit=5,\n    )")
GATHERED = """\
orders, cart, wishes = await asyncio.gather(
        fetch_orders(user),
        fetch_cart(user),
        fetch_wishes(
            user,
            limit=5,
        ),
    )"""
AFTER = {
    "shop/models.py": FILES["shop/models.py"]
    .replace(b"from typing import List, Optional\n\n", b"")
    .replace(b"Optional[str]", b"str | None")
    .replace(b'List["Line"]', b'list["Line"]'),
    "shop/orders.py": b"import asyncio\n\n"
    + FILES["shop/orders.py"][: GATHER.start]
    + GATHERED.encode()
    + FILES["shop/orders.py"][GATHER.end :],
}
FINDINGS = (
    Finding(
        codemod="gather-awaits",
        path="shop/orders.py",
        span=GATHER,
        message="Three awaits that do not need each other run one after the other",
        safety=Safety.UNSAFE,
        reasons=("`fetch_wishes` is not defined in this project, so its side effects are unknown",),
        fix=Fix(
            (Edit("shop/orders.py", GATHER.start, GATHER.end, GATHERED),),
            (Needs("shop/orders.py", imports=(Import("asyncio"),)),),
        ),
        fingerprint="6d1f2a90c3b4e857",
    ),
    Finding(
        codemod="requests-to-aiohttp",
        path="shop/orders.py",
        span=span("shop/orders.py", "requests.get"),
        message="`requests.get` blocks the event loop",
        safety=Safety.UNSAFE,
        reasons=(
            "`rate` turns async, and `shop.jobs` calls it by name in a string",
            "the timeout of `requests` bounds each read, that of `aiohttp` the whole exchange",
        ),
        fix=Fix(
            (
                Edit("shop/orders.py", 0, 15, ""),
                *replace("shop/report.py", "print", "await print").edits,
                *replace("shop/report.py", "for", "async for").edits,
            ),
            (
                Needs(
                    "shop/orders.py",
                    imports=(Import("aiohttp"),),
                    freed=("requests",),
                    packages=("aiohttp>=3.10",),
                ),
            ),
        ),
        fingerprint="0b77d1c29e5a4f36",
    ),
    Finding(
        codemod="optional-to-union",
        path="shop/models.py",
        span=span("shop/models.py", "Optional[str]"),
        message="Use `str | None` instead of `Optional[str]`",
        safety=Safety.SAFE,
        fix=replace(
            "shop/models.py",
            "Optional[str]",
            "str | None",
            Needs("shop/models.py", freed=("Optional",)),
        ),
        fingerprint="a1c40e3f88d2b719",
    ),
    Finding(
        codemod="builtin-generics",
        path="shop/models.py",
        span=span("shop/models.py", 'List["Line"]'),
        message="Use `list` instead of `typing.List`",
        safety=Safety.SAFE,
        fix=replace("shop/models.py", "List[", "list[", Needs("shop/models.py", freed=("List",))),
        fingerprint="f20c7be1d36a5948",
    ),
    Finding(
        codemod="eager-load",
        path="shop/report.py",
        span=span("shop/report.py", "order.lines"),
        message="`Order.lines` is loaded anew for each order",
        safety=Safety.DISPLAY,
        reasons=("the query that fills `orders` is not in sight",),
        fingerprint="3e95a8d7c1f06b42",
    ),
)
PLAN = Plan(
    tool="lever-fix 0.1.0",
    files=dict.fromkeys(sorted(FILES), "0" * 64),
    findings=FINDINGS,
    refusals=(
        Refusal(
            codemod="optional-to-union",
            path="shop/models.py",
            span=span("shop/models.py", "Mapped[List"),
            code="name-shadowed",
            chain=("`Optional` is bound again on line 40", "`Optional` is a class of this module"),
        ),
        Refusal(
            codemod="gather-awaits",
            path="shop/orders.py",
            span=span("shop/orders.py", "return Overview"),
            code="order-matters",
        ),
    ),
    problems=(
        Problem(
            path="shop/old.py",
            line=3,
            message="does not parse with Python 3.11: Missing parentheses in call to 'print'",
            hint="mend the syntax, or run lever-fix with the Python version it is written for",
        ),
    ),
    checked=14,
    suppressed=1,
)
CODEMODS = tuple(
    Codemod(name, summary, f"{summary}.\n\nFix safety: see the reasons.", (), (), lambda *_: ())
    for name, summary in (
        ("builtin-generics", "Use builtin generics"),
        ("eager-load", "Load relationships before the loop"),
        ("gather-awaits", "Run independent awaits concurrently"),
        ("optional-to-union", "Write optional types as unions"),
        ("requests-to-aiohttp", "Call HTTP services without blocking"),
    )
)
CHANGES = tuple(
    FileChange(path=path, before=FILES[path], after=after) for path, after in AFTER.items()
)


def sources(path):
    return decode(path, FILES[path])


def full_text(**options):
    return (
        render_findings(PLAN, sources, **options)
        + "\n"
        + render_refusals(PLAN.refusals, sources, **options)
        + "\n"
        + render_problems(PLAN.problems, **options)
        + "\n"
        + summary(PLAN)
    )


RENDERED = {
    "check.txt": full_text,
    "check_colour.txt": lambda: full_text(palette=COLOURED),
    "check_statistics.txt": lambda: render_statistics(PLAN),
    "check.json": lambda: render_json(PLAN, sources).decode(),
    "check_plan.json": lambda: encode_plan(PLAN).decode(),
    "check.sarif": lambda: render_sarif(PLAN, sources, CODEMODS, exit_code=2).decode(),
    "check_github.txt": lambda: render_github(PLAN, sources),
    "apply_dry_run.txt": lambda: render_diff(CHANGES) + "\n" + render_summary(FINDINGS[:4]),
    "apply_dry_run_colour.txt": lambda: (
        render_diff(CHANGES, palette=COLOURED) + "\n" + render_summary(FINDINGS[:4], colour=True)
    ),
}


@pytest.mark.parametrize("name", RENDERED)
def test_report_reads_as_recorded(name):
    snapshot = SNAPSHOTS / name
    rendered = RENDERED[name]()
    if os.environ.get("LEVER_UPDATE_SNAPSHOTS"):
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        snapshot.write_bytes(rendered.encode())
    assert rendered == snapshot.read_bytes().decode()
