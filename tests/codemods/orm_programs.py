"""Run programs on SQLAlchemy, and count the statements that reach the database.

A program has `models.py` with `Base` and `fill(session)`, and `main.py` with `main(session)`, or
`main(maker)` where it makes its sessions itself. As a script it reads programs as JSON from
standard input and writes what became of each, so that any Python can run them.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy
from sqlalchemy import StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

Outcome = dict[str, Any]
"""What was `printed`, what was `raised` (a name), and how many `queries` ran."""


def run(files: Mapping[str, str]) -> Outcome:
    """Run `main` of a program on a database of its own."""
    with tempfile.TemporaryDirectory() as folder, _importable(folder, files):
        output, outcome = io.StringIO(), {"raised": "", "queries": 0}
        with contextlib.redirect_stdout(output):
            try:
                models = importlib.import_module("models")
                main = importlib.import_module("main").main
                if inspect.iscoroutinefunction(main):
                    asyncio.run(_run_async(models, main, outcome))
                else:
                    _run(models, main, outcome)
            except Exception as error:
                outcome["raised"] = _name(error)
        return {**outcome, "printed": output.getvalue()}


@contextlib.contextmanager
def _importable(folder: str, files: Mapping[str, str]) -> Iterator[None]:
    for path, text in files.items():
        Path(folder, path).write_text(text)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(folder)
        for path in files:
            sys.modules.pop(Path(path).stem, None)


def _run(models: ModuleType, main: Any, outcome: Outcome) -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    models.Base.metadata.create_all(engine)
    with Session(engine) as session:
        models.fill(session)
    _count(engine, outcome)
    try:
        maker = sessionmaker(engine)
        if "maker" in inspect.signature(main).parameters:
            main(maker)
        else:
            with maker() as session:
                main(session)
    finally:
        models.Base.metadata.clear()
        engine.dispose()


async def _run_async(models: ModuleType, main: Any, outcome: Outcome) -> None:
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    maker = async_sessionmaker(engine, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(models.Base.metadata.create_all)
    async with maker() as session:
        await session.run_sync(models.fill)
    _count(engine.sync_engine, outcome)
    try:
        async with maker() as session:
            await main(session)
    finally:
        await engine.dispose()


def _count(engine: sqlalchemy.Engine, outcome: Outcome) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        outcome["queries"] += 1


def _name(error: Exception) -> str:
    # 2.1 wraps it: `StatementError: (sqlalchemy.exc.MissingGreenlet) ...`.
    return "MissingGreenlet" if "MissingGreenlet" in repr(error) else type(error).__name__


if __name__ == "__main__":
    programs = json.load(sys.stdin)
    done = {name: run(files) for name, files in programs.items()}
    json.dump({"version": sqlalchemy.__version__, "outcomes": done}, sys.stdout)
