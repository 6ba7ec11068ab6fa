"""Programs run on a clock of their own: a second of sleep takes no time, and is counted exactly."""

from __future__ import annotations

import asyncio
import importlib
import selectors
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PACKAGES = Path(__file__).with_name("packages")
"""What the programs import as packages that are not theirs."""


@dataclass
class Clock:
    """The time of a run; nothing but a sleep moves it."""

    now: float = 1000.0

    def sleep(self, seconds: float) -> None:
        """What `time.sleep` does: everything waits."""
        self.now += seconds


class Selector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """Waits for no timer: where nothing else is there to do, the clock moves on."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            found = super().select(5)
            assert found, "the program waits for something that never comes"
            return found
        found = super().select(0)
        if not found and timeout > 0:
            self.clock.now += timeout
        return found


class Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(Selector(clock))
        self.clock = clock

    def time(self) -> float:
        return self.clock.now


@dataclass
class Ran:
    """What became of one run of a program.

    Attributes:
        result: What `main()` returned, or what it raised.
        events: What its callees noted, in order.
        seconds: How long it took, on its own clock.
        peak: How many things were under way at once, at most.
    """

    result: Any
    events: list[Any] = field(default_factory=list)
    seconds: float = 0.0
    peak: int = 0


def run(
    files: Mapping[str, bytes], folder: Path, monkeypatch: pytest.MonkeyPatch, times: int = 1
) -> Ran:
    """Run `main()` of `main.py`, as many times at once as asked."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    clock, loop = Clock(), None
    places = (str(folder), str(PACKAGES))
    before = set(sys.modules)
    with monkeypatch.context() as patched:
        patched.setattr(time, "sleep", clock.sleep)
        for place in reversed(places):
            patched.syspath_prepend(place)
        importlib.invalidate_caches()
        try:
            module = importlib.import_module("main")
            loop = Loop(clock)
            result = loop.run_until_complete(_several(module.main, times))
            seconds, world = round(clock.now - 1000, 6), sys.modules.get("world")
            peak = world.Busy.peak if world else 0
            return Ran(result, list(getattr(module, "EVENTS", ())), seconds, peak)
        finally:
            for name in set(sys.modules) - before:
                origin = getattr(sys.modules[name], "__file__", None) or ""
                if origin.startswith(places):
                    del sys.modules[name]
            if loop is not None:
                loop.close()


async def _several(main: Any, times: int) -> Any:
    async def one() -> Any:
        try:
            return repr(await main())
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    return await asyncio.gather(*(one() for _ in range(times)))
