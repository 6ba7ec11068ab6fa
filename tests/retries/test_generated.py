"""Thousands of loops, made of what hand-written ones are made of, run before and after."""

import itertools
import random
import time
from dataclasses import dataclass

import pytest

SECONDS = 25
BATCHES = 4


@dataclass(frozen=True)
class Head:
    """How a loop counts."""

    before: tuple[str, ...]
    loop: str
    bump: str
    bump_first: bool
    last: str
    not_last: str
    number: str
    growth: str


def heads(chance: random.Random, number: int, spelled: str) -> Head:
    return chance.choice([
        Head((), f"for attempt in range({spelled}):", "", False, f"attempt == {spelled} - 1",
             f"attempt < {spelled} - 1", "attempt + 1", "attempt"),
        Head((), f"for attempt in range(1, {spelled} + 1):", "", False, f"attempt >= {spelled}",
             f"attempt != {spelled}", "attempt", "attempt"),
        Head((), f"for attempt in range({number}):", "", False, f"attempt == {number - 1}",
             f"attempt < {number - 1}", "attempt + 1", "(attempt + 1)"),
        Head(("attempt = 0",), "while True:", "attempt += 1", True, f"attempt >= {spelled}",
             f"attempt < {spelled}", "attempt", "attempt"),
        Head(("attempt = 0",), "while True:", "attempt += 1", False, f"attempt >= {spelled} - 1",
             f"attempt + 1 < {spelled}", "attempt + 1", "attempt"),
        Head(("attempt = 0",), f"while attempt < {spelled}:", "attempt += 1", True,
             f"attempt == {spelled}", f"attempt < {spelled}", "attempt", "attempt"),
        Head((f"left = {spelled}",), "while True:", "left -= 1", True, "left <= 0", "left > 0",
             "left", ""),
        Head((f"left = {spelled}",), "while left > 0:", "left -= 1", True, "left == 0", "left",
             "left", ""),
        Head((f"left = {number - 1}",), "while True:", "left = left - 1", False, "not left",
             "left > 0", "left", ""),
    ])  # fmt: skip


def delays(chance: random.Random, head: Head) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Lines before the loop, the delay, and lines after the sleep."""
    growing = [
        ((), f"2**{head.growth}", ()),
        ((), f"0.5 * 2**{head.growth}", ()),
        ((), f"min(2**{head.growth}, 5)", ()),
        ((), f"DELAY * {head.growth}", ()),
        ((), f"2 * ({head.growth} + 1)", ()),
        ((), f"2**{head.growth} + random.uniform(0, 1)", ()),
        ((), f"random.uniform(0, 2**{head.growth})", ()),
    ]
    plain = [
        ((), "1", ()),
        ((), "DELAY", ()),
        ((), "0.5", ()),
        ((), "1 + random.random()", ()),
        (("delay = 1",), "delay", ("delay *= 2",)),
        (("delay = 0.5",), "delay", ("delay = min(delay * 2, 4)",)),
        (("delay = 1",), "delay", ("delay += 2",)),
    ]
    return chance.choice([*growing, *plain] if head.growth else plain)


def logs(chance: random.Random, head: Head, delay: str) -> str:
    return chance.choice([
        'logger.warning("attempt %d failed: %s", ' + head.number + ", error)",
        'logger.info(f"attempt {' + head.number + "} failed with {error!r}\")",
        'logger.error("failed", exc_info=True)',
        'logger.exception("failed: %s", error)',
        'print("again")',
        *([] if "random" in delay else ['logger.warning("waiting %s", delay)'] * 2),
    ])  # fmt: skip


def program(chance: random.Random) -> str:
    """One loop."""
    number = chance.randrange(1, 5)
    spelled = chance.choice([str(number), "ATTEMPTS"])
    head = heads(chance, number, spelled)
    before, delay, grown = delays(chance, head)
    is_async = chance.random() < 0.25
    sleep = "await asyncio.sleep" if is_async else "time.sleep"
    call = "await call" if is_async else "call"
    body = attempt_lines(chance, call)
    handler = handler_lines(chance, head, delay, grown, sleep)
    kinds = chance.choice([
        "ConnectionError", "(ConnectionError, TimeoutError)", "Exception", "OSError",
    ])  # fmt: skip
    lines = [
        *head.before, *before, head.loop,
        "    try:", *(f"        {line}" for line in body[0]),
        f"    except {kinds} as error:", *(f"        {line}" for line in handler),
        *(f"    {line}" for line in body[1]),
        *tail_lines(chance, head, body),
    ]  # fmt: skip
    lead = chance.choice([[], [], ["payload = {}"], ["prepared = call.__name__"]])
    word = "async def" if is_async else "def"
    typed = chance.random() < 0.3
    signature = f"{word} fetch(call: object) -> object:" if typed else f"{word} fetch(call):"
    return "\n".join([
        "import asyncio", "import logging", "import random", "import sys", "import time", "",
        f"ATTEMPTS = {number}", "DELAY = 2", "logger = logging.getLogger(__name__)", "", "",
        "def transient(error):", '    return not str(error).endswith("2")', "", "",
        signature, *(f"    {line}" for line in [*lead, *lines]), "",
    ])  # fmt: skip


def attempt_lines(chance: random.Random, call: str) -> tuple[list[str], list[str]]:
    """The lines of an attempt, and those that follow the loop's `try` when it worked."""
    return chance.choice([
        ([f"return {call}()"], []),
        ([f"return {call}(1, key=2)"], []),
        ([f"result = {call}()", "return result"], []),
        ([f"result = {call}()", 'logger.info("got %s", result)', "return result"], []),
        ([f"result = {call}()", "break"], ["RESULT"]),
        ([f"result = {call}()", "if result == 500:", '    raise ConnectionError("bad")',
          "return result"], []),
    ])  # fmt: skip


def handler_lines(
    chance: random.Random, head: Head, delay: str, grown: tuple[str, ...], sleep: str
) -> list[str]:
    lines: list[str] = []
    named = "delay" in delay
    guard = chance.choice(["raise", "raise", "else", "none", "custom", "return", "exit"])
    early, late = (logs(chance, head, delay) if chance.random() < 0.4 else "" for _ in range(2))
    if "delay)" in early or ("delay)" in late and guard in ("none", "else")):
        early, late = "", ""
    bump = [head.bump] if head.bump else []
    if head.bump_first:
        lines += bump
    predicate = chance.random() < 0.2
    if predicate and chance.random() < 0.5:
        lines += ["if not transient(error):", "    raise"]
        predicate = False
    lines += [early] if early else []
    test = f"not transient(error) or {head.last}" if predicate and not early else head.last
    out = {
        "raise": ["raise"],
        "custom": ['raise RuntimeError(f"gave up: {error}") from error'],
        "return": ["return None"],
        "exit": ['logger.error("giving up")', "sys.exit(3)"],
    }
    if guard in out:
        lines += [f"if {test}:", *(f"    {line}" for line in out[guard])]
    wait = [] if named or "delay)" not in late else [f"delay = {delay}"]
    shown = "delay" if wait else delay
    after = [*wait, *([late] if late else []), f"{sleep}({shown})", *grown]
    if not head.bump_first:
        after = (
            [*bump, *after] if not wait and "delay" not in late and not late else [*after, *bump]
        )
    if guard == "else":
        return [
            *lines,
            f"if {head.not_last}:",
            *(f"    {line}" for line in after),
            "else:",
            "    raise",
        ]
    return [*lines, *after]


def tail_lines(chance: random.Random, head: Head, body: tuple[list[str], list[str]]) -> list[str]:
    if body[1]:
        body[1].clear()
        end = chance.choice([[], ["else:", '    raise RuntimeError("none worked")']])
        return [*end, "return result"] if end else ["return locals().get('result')"]
    return chance.choice([[], ["return None"], ['raise RuntimeError("not reached")']])


@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_loops(batch, quickly, same_behaviour, forgiven_by):
    until = time.monotonic() + SECONDS
    seen, rewritten, refused = set(), 0, {}
    for seed in itertools.count(batch, BATCHES):
        source = program(random.Random(seed)).encode()
        if source in seen:
            continue
        seen.add(source)
        compile(source, "program.py", "exec")
        result = quickly(source)
        if result.findings:
            rewritten += 1
            forgiven = forgiven_by(result.findings)
            same_behaviour(source, result.text, forgiven=forgiven, most=24)
        else:
            codes = {one.code for one in result.refusals}
            refused[tuple(codes)] = refused.get(tuple(codes), 0) + 1
        if time.monotonic() > until or rewritten >= 1000:
            break
    print(batch, len(seen), rewritten, refused)
    assert rewritten > len(seen) / 2, refused
