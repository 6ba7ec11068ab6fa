"""A small review that shows all there is: several files, levels, conflicts and needs."""

from __future__ import annotations

from pathlib import Path

from lever_fix.model import Edit, Finding, Fix, Import, Needs, Safety, Span
from lever_fix.sources import decode
from tests.review.bench import Bench

ORDERS = '''"""Routes of orders."""

from typing import Optional

from fastapi import APIRouter

from shop.clients import rates
from shop.models import Customer, Order

router = APIRouter()


@router.get("/orders/{number}")
async def show_order(number: int, currency: Optional[str] = None) -> dict[str, object]:
    """One order with all that its page shows."""
    order = await load_order(number)
    customer = await load_customer(order.customer_id)
    prices = await rates.load(currency or order.currency)
    return {"order": order, "customer": customer, "prices": prices}


async def load_all(session, customer_id: Optional[int] = None) -> list[Order]:
    orders = await session.scalars(select(Order))
    for order in orders:
        print(order.customer.name, "\x1b[31m[/red]")
    return list(orders)
'''
RATES = '''"""Rates of exchange."""

import requests


def load(currency: str) -> dict[str, float]:
    answer = requests.get(f"https://rates.example/{currency}", timeout=3)
    answer.raise_for_status()
    return answer.json()
'''
ROUTES, CLIENT = "shop/routes/orders.py", "shop/clients/rates.py"
_TEXTS = {ROUTES: ORDERS.encode(), CLIENT: RATES.encode()}


def edit(path: str, old: str, new: str) -> Edit:
    start = _TEXTS[path].index(old.encode())
    return Edit(path, start, start + len(old.encode()), new)


def _finding(codemod: str, message: str, *edits: Edit, **changes) -> Finding:
    first = edits[0]
    fields = {
        "codemod": codemod,
        "path": first.path,
        "span": Span(first.start, first.end),
        "message": message,
        "safety": Safety.SAFE,
        "fix": Fix(edits, changes.pop("needs", ())),
        "fingerprint": f"{codemod}:{first.path}:{first.start}",
        **changes,
    }
    return Finding(**fields)


AWAITS = """customer = await load_customer(order.customer_id)
    prices = await rates.load(currency or order.currency)"""
GATHERED = """customer, prices = await asyncio.gather(
        load_customer(order.customer_id),
        rates.load(currency or order.currency),
    )"""


def findings() -> list[Finding]:
    """In the order of a plan."""
    return [
        _finding(
            "requests-to-aiohttp",
            "`requests.get` blocks the event loop: `load` becomes async, and so does its caller",
            edit(CLIENT, "def load(", "async def load(session: aiohttp.ClientSession, "),
            edit(CLIENT, "answer = requests.get(", "answer = await session.get("),
            edit(CLIENT, "answer.json()", "await answer.json()"),
            edit(ROUTES, "rates.load(currency", "rates.load(session, currency"),
            safety=Safety.UNSAFE,
            reasons=("`rates.load` is also called from `shop.worker`, which is not analysed",),
            needs=(Needs(CLIENT, imports=(Import("aiohttp"),), packages=("aiohttp>=3.10",)),),
            writes=(f"{CLIENT}::load",),
        ),
        _finding(
            "optional-to-union",
            "`Optional[X]` is `X | None` since Python 3.10",
            edit(ROUTES, "Optional[str]", "str | None"),
            needs=(Needs(ROUTES, freed=("Optional",)),),
        ),
        _finding(
            "gather-awaits",
            "2 awaits do not need one another: run them at the same time",
            edit(ROUTES, AWAITS, GATHERED),
            needs=(Needs(ROUTES, imports=(Import("asyncio"),)),),
            reads=(f"{CLIENT}::load",),
        ),
        _finding(
            "optional-to-union",
            "`Optional[X]` is `X | None` since Python 3.10",
            edit(ROUTES, "Optional[int]", "int | None"),
            needs=(Needs(ROUTES, freed=("Optional",)),),
        ),
        _finding(
            "eager-load",
            "the loop loads `Order.customer` row by row",
            edit(ROUTES, "select(Order)", "select(Order).options(selectinload(Order.customer))"),
            safety=Safety.UNSAFE,
            reasons=("`session` has no annotation, so its options are unknown",),
            needs=(Needs(ROUTES, imports=(Import("sqlalchemy.orm", "selectinload"),)),),
        ),
        _finding(
            "print-to-logging",
            "`print` in a server: nobody reads it",
            edit(ROUTES, 'print(order.customer.name, "\x1b[31m[/red]")', ""),
            safety=Safety.DISPLAY,
            reasons=("[bold]nobody[/bold] knows which logger is meant",),
            fix=None,
        ),
    ]


RANK = ("requests-to-aiohttp", "eager-load", "gather-awaits", "optional-to-union")


def bench(folder: Path) -> Bench:
    """The desk of this review."""
    files = {path: decode(path, text) for path, text in _TEXTS.items()}
    rank = {name: at for at, name in enumerate(RANK)}
    return Bench(findings(), folder, files=files, rank=rank)
