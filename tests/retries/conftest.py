"""Retry loops run before and after a rewrite, on a clock of their own, and compared event by event.

A program under test has a function `fetch(call)` or `run(call)`, plain or `async`, that calls
`call`. What each call does is scripted; calls, sleeps, log lines and the outcome are kept in one
list, in order.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import logging
import random
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from unittest import mock

import pytest

from lever_fix.codemod import Finding, Refusal
from lever_fix.domains.retries.findings import RetryOptions, findings_of
from lever_fix.index.project import Project
from lever_fix.rewrite.splices import splice
from lever_fix.semantics.module import Module
from lever_fix.sources import decode

ENOUGH = 25
"""Calls after which an endless loop is stopped."""

Script = tuple[object, ...]


class Enough(BaseException):
    """Ends a loop that would never end."""


@dataclass
class World:
    """What a program under test sees of the world, and what it did there."""

    script: Script
    events: list[tuple[object, ...]] = field(default_factory=list)
    now: float = 1000.0
    calls: int = 0

    def call(self, *arguments: object, **named: object) -> object:
        self.calls += 1
        self.events.append(("call", arguments, tuple(sorted(named.items()))))
        if self.calls > ENOUGH:
            raise Enough
        step = self.script[min(self.calls, len(self.script)) - 1]
        if isinstance(step, type) and issubclass(step, BaseException):
            raise step(f"failure {self.calls}")
        if isinstance(step, BaseException):
            raise step
        return step() if callable(step) else step

    async def acall(self, *arguments: object, **named: object) -> object:
        return self.call(*arguments, **named)

    def sleep(self, seconds: float) -> None:
        self.now += float(seconds)
        self.events.append(("sleep", round(float(seconds), 9)))

    async def asleep(self, seconds: float, result: object = None) -> None:
        self.sleep(seconds)

    def clock(self) -> float:
        return self.now


class Recorder(logging.Handler):
    """Keeps log lines among the events."""

    def __init__(self, events: list[tuple[object, ...]]) -> None:
        super().__init__(logging.DEBUG)
        self.events = events

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        self.events.append(("log", record.levelname, record.getMessage(), error))


@contextmanager
def watched(world: World) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = [Recorder(world.events)]
    root.setLevel(logging.DEBUG)
    replaced = {"sleep": world.sleep, "monotonic": world.clock, "time": world.clock}
    try:
        with (
            mock.patch.multiple(time, **replaced),
            mock.patch.object(asyncio, "sleep", world.asleep),
        ):
            yield
    finally:
        root.handlers = handlers
        root.setLevel(level)


def load_module(source: bytes) -> types.ModuleType:
    module = types.ModuleType("program")
    sys.modules["program"] = module
    exec(compile(source, "program.py", "exec", dont_inherit=True), vars(module))
    return module


def run(module: types.ModuleType, script: Script) -> list[tuple[object, ...]]:
    """Everything that a program does under a script, its outcome last."""
    world = World(script)
    random.seed(7)
    printed = io.StringIO()
    with watched(world), redirect_stdout(printed):
        program = getattr(module, "run", None) or module.fetch
        is_async = inspect.iscoroutinefunction(program)
        try:
            value = finish(program(world.acall)) if is_async else program(world.call)
            world.events.append(("returned", repr(value)))
        except BaseException as error:
            cause = type(error.__cause__).__name__
            world.events.append(("raised", type(error).__name__, str(error), cause))
    world.events.insert(-1, ("printed", printed.getvalue()))
    return world.events


def finish(coroutine: object) -> object:
    """Run a coroutine that only ever awaits what is patched, without the price of an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something real")


def scripts(source: bytes, failures: Sequence[object] = ()) -> list[Script]:
    """Scripts that matter: every number of failures, others among them, odd results."""
    kinds = list(failures) or [ConnectionError, TimeoutError]
    first = kinds[0]
    found: list[Script] = [("R",), (first,), *((first,) * n + ("R",) for n in range(1, 10))]
    for kind in [*kinds, ValueError, KeyboardInterrupt, RuntimeError]:
        found += [
            (kind,),
            (kind, "R"),
            (first, kind),
            (first, kind, "R"),
            (first, first, kind, "R"),
        ]
    for odd in (None, 500, False, ""):
        found += [(odd,), (odd, "R"), (first, odd, "R"), (odd, first, "R")]
    chance = random.Random(len(source))
    alphabet = [*kinds, *kinds, ValueError, "R", None, 500]
    found += [tuple(chance.choice(alphabet) for _ in range(6)) for _ in range(10)]
    return list(dict.fromkeys(found))


def without_final_sleep(events: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """The events without sleeps behind the last call."""
    last = max((at for at, one in enumerate(events) if one[0] == "call"), default=0)
    return [one for at, one in enumerate(events) if at < last or one[0] != "sleep"]


def without_pauses_of_zero(events: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [one for one in events if one != ("sleep", 0.0)]


@dataclass(frozen=True)
class Rewritten:
    """What the codemod makes of a text by itself, its imports put in front."""

    text: bytes
    findings: list[Finding]
    refusals: list[Refusal]


@pytest.fixture(scope="session")
def quickly() -> Callable[[bytes], Rewritten]:
    """Rewrite one text without the engine around it, so that thousands can be."""

    def rewrite(text: bytes) -> Rewritten:
        module = Module(decode("program.py", text))
        found = list(findings_of(module, Project(line_length=100), RetryOptions(), ()))
        findings = [one for one in found if isinstance(one, Finding)]
        edits = [edit for one in findings if one.fix for edit in one.fix.edits]
        names = {
            one.name or one.module: one
            for finding in findings
            if finding.fix
            for need in finding.fix.needs
            for one in need.imports
        }
        lines = [
            f"from {one.module} import {one.name}" if one.name else f"import {one.module}"
            for _, one in sorted(names.items())
        ]
        head = "".join(f"{line}\n" for line in lines).encode()
        refusals = [one for one in found if isinstance(one, Refusal)]
        return Rewritten(head + splice(text, edits), findings, refusals)

    return rewrite


@pytest.fixture(scope="session")
def same_behaviour() -> Callable[..., None]:
    """Assert that two programs do the same under every script.

    `forgiven` are differences that a finding has named: `final-sleep`, `zero-sleep`.
    """

    def check(
        before: bytes,
        after: bytes,
        failures: Sequence[object] = (),
        forgiven: Sequence[str] = (),
        most: int = 1000,
    ) -> None:
        differing: set[tuple[object, ...]] = set()
        every = scripts(before, failures)
        first, second = load_module(before), load_module(after)
        for script in every[: most // 2] + every[max(most // 2, len(every) - most // 2) :]:
            old, new = run(first, script), run(second, script)
            if "final-sleep" in forgiven:
                old = without_final_sleep(old)
            if "zero-sleep" in forgiven:
                old, new = without_pauses_of_zero(old), without_pauses_of_zero(new)
            assert new == old, f"{script}\n{before.decode()}\n{after.decode()}"
            differing.add(tuple(old))
        assert len(differing) > 2, "the program does the same whatever happens"

    return check


@pytest.fixture(scope="session")
def forgiven_by() -> Callable[[Sequence[Finding]], list[str]]:
    """Which differences the reasons of findings name."""

    def named(findings: Sequence[Finding]) -> list[str]:
        reasons = " ".join(reason for one in findings for reason in one.reasons)
        words = {
            "sleeps once more": "final-sleep",
            "get a turn": "zero-sleep",
            "sleep(0)": "zero-sleep",
        }
        return [name for text, name in words.items() if text in reasons]

    return named
