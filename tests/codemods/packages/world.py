"""The world around the programs of the snapshots: it notes what is done to it, and takes time."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import httpx
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import NullPool

EVENTS: list[str] = []
"""What was done, in the order it was begun."""


class Busy:
    """How many things were under way at once, at most."""

    now = 0
    peak = 0

    @classmethod
    @contextmanager
    def one(cls) -> Any:
        cls.now += 1
        cls.peak = max(cls.peak, cls.now)
        try:
            yield
        finally:
            cls.now -= 1


async def _takes(name: str, seconds: float = 1) -> str:
    EVENTS.append(name)
    with Busy.one():
        await asyncio.sleep(seconds)
    return name


async def _answer(request: httpx.Request) -> httpx.Response:
    await _takes(f"{request.method} {request.url.path}")
    if request.url.path == "/broken":
        raise httpx.ConnectError("broken")
    return httpx.Response(200, text=request.url.path)


def transport() -> httpx.MockTransport:
    """Answers each request after a second."""
    return httpx.MockTransport(_answer)


def client() -> httpx.AsyncClient:
    """A client of that transport."""
    return httpx.AsyncClient(transport=transport())


class Base(DeclarativeBase):
    """Of the models."""


class Item(Base):
    """A row."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def _engine() -> AsyncEngine:
    """Without a pool: with the default one, a connection shared by two tasks goes unnoticed."""
    path = Path(tempfile.mkdtemp(), "db")

    async def connect() -> aiosqlite.Connection:
        await _takes("connect")
        return await aiosqlite.connect(path)

    return create_async_engine("sqlite+aiosqlite://", async_creator=connect, poolclass=NullPool)


engine = _engine()


@asynccontextmanager
async def database() -> AsyncIterator[None]:
    """A database with two rows."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(Item.__table__.insert(), [{"name": "nut"}, {"name": "bolt"}])
    try:
        yield
    finally:
        await engine.dispose()


def make_pool() -> asyncpg.Pool:
    """A pool whose connections refuse to be used by two tasks at once."""
    return asyncpg.Pool(_takes)


async def get_forecast(city: str) -> str:
    return await _takes(f"forecast {city}")


async def get_warnings(city: str) -> str:
    return await _takes(f"warnings {city}")


async def create_report(city: str) -> str:
    return await _takes(f"create {city}")


class Weather:
    """A client of another package."""

    async def get_forecast(self, city: str) -> str:
        return await _takes(f"forecast {city}")

    async def list_warnings(self, city: str, language: str = "en") -> str:
        return await _takes(f"warnings {city} {language}")


def decode(text: str) -> str:
    return text.upper()


async def note(name: str, seconds: float = 1) -> str:
    """Do something that others could tell."""
    return await _takes(name, seconds)
