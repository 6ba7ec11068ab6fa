"""A world for retry loops: scripted calls on a clock of its own, everything kept in one list.

A program under test has a function that is given `call`, plain or `async`, and calls it. What each
call does is scripted. Calls, sleeps, log lines, printed lines, whatever else the program asks of
the world, and the outcome are events, in order.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

import anyio

ENOUGH = 12
"""Calls after which an endless loop is stopped."""

SEED = 7
Event = tuple[object, ...]


class Enough(BaseException):
    """Ends a loop that would never end."""


class Busy(ConnectionError):  # noqa: N818 - as such exceptions are called
    """A failure that says when to try again."""

    after = 3


@dataclass(frozen=True)
class Script:
    """What happens to a program: what its calls do, and what breaks on the way.

    Attributes:
        steps: What each call does, the last one over and over: an exception, or a result.
        interrupted: The sleep that is interrupted, from 1; 0 for none.
        broken: The cleanup that fails, from 1; 0 for none.
    """

    steps: tuple[object, ...]
    interrupted: int = 0
    broken: int = 0


@dataclass
class World:
    """What a program sees of the world, and what it did there."""

    script: Script = Script(("R",))
    events: list[Event] = field(default_factory=list)
    now: float = 1000.0
    asked: list[str] = field(default_factory=list)
    calls: int = 0
    sleeps: int = 0
    resets: int = 0

    def call(self, *arguments: object, **named: object) -> object:
        self.calls += 1
        self.events.append(("call", arguments, tuple(sorted(named.items()))))
        if self.calls > ENOUGH:
            raise Enough
        step = self.script.steps[min(self.calls, len(self.script.steps)) - 1]
        if isinstance(step, type) and issubclass(step, BaseException):
            raise step(f"failure {self.calls}")
        if isinstance(step, BaseException):
            raise step
        return step

    async def acall(self, *arguments: object, **named: object) -> object:
        return self.call(*arguments, **named)

    def slept(self, seconds: float, how: str) -> None:
        self.now += float(seconds)
        self.sleeps += 1
        self.events.append(("sleep", round(float(seconds), 9), how))
        if self.calls > ENOUGH or self.sleeps > 2 * ENOUGH:
            raise Enough
        if self.sleeps == self.script.interrupted:
            raise asyncio.CancelledError if how == "async" else KeyboardInterrupt

    def reset(self, what: object = None) -> None:
        """Cleanup between attempts."""
        self.resets += 1
        self.events.append(("reset", what))
        if self.resets == self.script.broken:
            raise ConnectionError("the cleanup failed")

    def ask(self, error: BaseException) -> bool:
        """Whether a failure is worth another attempt.

        Questions are counted; when they are asked is nobody's business.
        """
        self.asked.append(str(error))
        return not str(error).endswith("2")


class Present:
    """The world that a program sees just now; the functions that it calls stay the same."""

    def __init__(self) -> None:
        self.world = World()

    def functions(self) -> dict[str, Callable[..., object]]:
        """What programs import from the module `world`."""

        def traced(function: Callable[..., object]) -> Callable[..., object]:
            def inner(*arguments: object, **named: object) -> object:
                self.note("enter")
                return function(*arguments, **named)

            async def ainner(*arguments: object, **named: object) -> object:
                self.note("enter")
                return await function(*arguments, **named)

            return ainner if inspect.iscoroutinefunction(function) else inner

        @contextmanager
        def guarded() -> Iterator[None]:
            self.note("open")
            try:
                yield
            finally:
                self.note("close")

        async def areset(what: object = None) -> None:
            self.world.reset(what)

        def after(error: BaseException) -> float:
            self.world.asked.append("after")
            return getattr(error, "after", 1)

        return {
            "reset": lambda what=None: self.world.reset(what),
            "areset": areset,
            "transient": lambda error: self.world.ask(error),
            "after": after,
            "traced": traced,
            "guarded": guarded,
        }

    def note(self, *event: object) -> None:
        self.world.events.append(event)


class _Recorder(logging.Handler):
    """Keeps log lines among the events."""

    def __init__(self, present: Present) -> None:
        super().__init__(logging.DEBUG)
        self.present = present

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.present.note("log", record.levelname, record.getMessage(), repr(error))


@contextmanager
def watched() -> Iterator[Present]:
    """What programs run in: their clock, sleeps and log lines lead to a world."""
    present = Present()

    def clock() -> float:
        return present.world.now

    async def asleep(seconds: float, result: object = None) -> None:
        present.world.slept(seconds, "async")

    def sleep(seconds: float) -> None:
        present.world.slept(seconds, "sync")

    recorder = _Recorder(present)
    own, root = logging.getLogger("program"), logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = own.handlers = [recorder]
    own.propagate = False  # pytest keeps all that reaches the root
    root.setLevel(logging.DEBUG)
    module = sys.modules["world"] = types.ModuleType("world")
    vars(module).update(present.functions(), Busy=Busy)
    try:
        with (
            mock.patch.multiple(time, sleep=sleep, monotonic=clock, time=clock),
            mock.patch.object(asyncio, "sleep", asleep),
            mock.patch.object(anyio, "sleep", asleep),
        ):
            yield present
    finally:
        root.handlers = handlers
        root.setLevel(level)
        del sys.modules["world"]


def load(source: bytes, present: Present) -> dict[str, object]:
    """The names of a program, which prints to a world."""
    module = types.ModuleType("program")
    sys.modules["program"] = module
    vars(module)["print"] = lambda *values: present.note("printed", " ".join(map(str, values)))
    exec(compile(source, "program.py", "exec", dont_inherit=True), vars(module))
    return vars(module)


def run(program: Callable[..., object], script: Script, present: Present) -> list[Event]:
    """Everything that a program does under a script.

    Its outcome is among the last events. Behind it stand the questions that it asked, and what
    `random` gives then, which tells how many numbers were drawn.
    """
    world = present.world = World(script)
    random.seed(SEED)
    try:
        if inspect.iscoroutinefunction(program):
            value = finish(program(world.acall))
        else:
            value = program(world.call)
        world.events.append(("returned", repr(value)))
    except BaseException as error:
        world.events.append(("raised", repr(error), repr(error.__cause__)))
    world.events.append(("asked", sorted(world.asked)))
    world.events.append(("random", random.random()))
    return world.events


def finish(coroutine: object) -> object:
    """Run a coroutine that only ever awaits what is patched, without the price of an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something real")


def scripts(failures: Sequence[object], seed: int = 0) -> list[Script]:
    """Scripts that matter: every number of failures, others among them, odd results."""
    kinds = list(failures)
    first = kinds[0]
    found = [("R",), (first,), *((first,) * n + ("R",) for n in range(1, 6))]
    for kind in [*kinds[1:], ValueError, KeyboardInterrupt]:
        found += [(kind, "R"), (first, kind), (first, kind, "R")]
    for odd in (None, 500):
        found += [(odd,), (odd, "R"), (first, odd, "R"), (odd, first, "R")]
    chance = random.Random(seed)
    alphabet = [*kinds, *kinds, ValueError, "R", None, 500, asyncio.CancelledError]
    found += [tuple(chance.choice(alphabet) for _ in range(6)) for _ in range(4)]
    return [Script(one) for one in dict.fromkeys(found)]


def breaking(failures: Sequence[object]) -> list[Script]:
    """Scripts in which a sleep is interrupted, or the cleanup between attempts fails."""
    first = failures[0]
    return [
        *(Script((first,), interrupted=at) for at in (1, 2)),
        *(Script((first,), broken=at) for at in (1, 2)),
    ]


WORDS = {
    "draws a random number": "last-draw",
    "sleeps once more": "final-sleep",
    "a sleep that would end behind the deadline": "final-sleep",
    "asked for the delay after the last failure, too": "last-question",
    "asked about the last failure, too": "last-question",
    "get a turn": "zero-sleep",
    "sleep(0)": "zero-sleep",
    "stops the event loop": "blocking-sleep",
    "is now taken for one of an attempt": "guarded-cleanup",
    "and may now be tried again": "guarded-cleanup",
    "`finally` runs before the delay": "finally-first",
    "from its own first attempt on": "clock",
}
"""What the reasons of a finding say, and the difference that each allows for."""

HARMLESS = ("is 0 or less",)
"""Reasons about programs that are not run here."""


def forgiven_by(reasons: Sequence[str]) -> frozenset[str]:
    """The differences that the reasons of a finding name."""
    found = {reason: [name for text, name in WORDS.items() if text in reason] for reason in reasons}
    for reason, names in found.items():
        assert names or any(text in reason for text in HARMLESS), f"not known: {reason}"
    return frozenset(name for names in found.values() for name in names)


_GONE = {"sleep": "final-sleep", "asked": "last-question", "random": "last-draw"}


_SLEPT = {"final-sleep"}


def forgiving(events: list[Event], forgiven: frozenset[str]) -> list[Event]:
    """The events without what a finding says is different."""
    last = max((at for at, one in enumerate(events) if one[0] == "call"), default=0)
    gone = {kind for kind, name in _GONE.items() if name in forgiven}
    kept = [
        one
        for at, one in enumerate(events)
        if one[0] not in gone or (one[0] == "sleep" and at < last)
    ]
    if "zero-sleep" in forgiven:
        kept = [one for one in kept if one[:2] != ("sleep", 0.0)]
    if "blocking-sleep" in forgiven:
        kept = [one[:2] if one[0] == "sleep" else one for one in kept]
    if "finally-first" in forgiven:
        kept.sort(key=lambda one: one[0] == "sleep")  # each kind in its order
    return kept


def compare(
    first: Callable[..., object],
    second: Callable[..., object],
    present: Present,
    every: Sequence[Script],
    forgiven: frozenset[str] = frozenset(),
) -> tuple[int, str]:
    """Run two programs under every script.

    Returns:
        How many different things the first one did, and the first difference in words.
    """
    seen: set[str] = set()
    for script in every:
        if script.interrupted and forgiven & {"final-sleep", "blocking-sleep", "zero-sleep"}:
            continue
        if script.broken and "guarded-cleanup" in forgiven:
            continue
        old, new = run(first, script, present), run(second, script, present)
        seen.add(repr(old))
        if script.broken:  # whether the delay was worked out by then is all the same
            old, new = (forgiving(one, frozenset(_GONE.values()) - _SLEPT) for one in (old, new))
        if forgiven:
            old, new = forgiving(old, forgiven), forgiving(new, forgiven)
        if old != new:
            at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), -1)
            near = slice(max(at - 2, 0), at + 3)
            return len(seen), f"{script} from {at}:\n  before {old[near]}\n  after  {new[near]}\n"
    return len(seen), ""
