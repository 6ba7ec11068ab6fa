"""As much of asyncpg as the programs of the snapshots need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any


class InterfaceError(Exception):
    """What asyncpg raises for a second operation on one connection."""


class Connection:
    """One statement at a time."""

    def __init__(self, takes: Callable[..., Any]) -> None:
        self._takes = takes
        self._busy = False

    async def fetch(self, query: str, *arguments: object) -> str:
        if self._busy:
            raise InterfaceError("cannot perform operation: another operation is in progress")
        self._busy = True
        try:
            return str(await self._takes(query.split(" WHERE")[0]))
        finally:
            self._busy = False

    fetchval = fetchrow = execute = fetch


class Pool:
    """A connection for each statement."""

    def __init__(self, takes: Callable[..., Any]) -> None:
        self._takes = takes

    async def fetch(self, query: str, *arguments: object) -> str:
        return await Connection(self._takes).fetch(query, *arguments)

    fetchval = fetchrow = execute = fetch

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        yield Connection(self._takes)
