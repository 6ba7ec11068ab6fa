"""Bowler itself: an optional package, kept from running and writing by itself."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from typing import Any

from lever_fix.errors import CodemodError


def require_bowler(what: str) -> None:
    """Make sure that Bowler is there.

    Raises:
        CodemodError: It is not installed, or not whole.
    """
    for package in ("bowler", "fissix"):
        if importlib.util.find_spec(package) is None:
            raise CodemodError(
                f"{what}: it is written for Bowler, and {package} is not installed",
                "install both: pip install 'lever-fix[bowler]'",
            )


@contextlib.contextmanager
def held_back() -> Iterator[list[Any]]:
    """While this lasts a query that is told to run only says so.

    Scripts end in `.idiff()`, `.write()` or `.execute()`: what they would have been run on, and
    whether the result is written, is for lever-fix to decide.

    Yields:
        The queries that would have run, in order, each once.
    """
    from bowler.query import Query
    from bowler.tool import BowlerTool

    ran: list[Any] = []

    def note(query: Any, **_: Any) -> Any:
        query.retcode = 0
        if all(query is not known for known in ran):
            ran.append(query)
        return query

    def refuse(*_: Any, **__: Any) -> int:
        raise CodemodError(
            "it runs BowlerTool by itself, which writes files",
            "leave it a Query: lever-fix runs it",
        )

    execute, run = Query.execute, BowlerTool.run
    Query.execute, BowlerTool.run = note, refuse
    try:
        yield ran
    finally:
        Query.execute, BowlerTool.run = execute, run
