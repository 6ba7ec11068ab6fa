"""Retry loops as people write them, put together from parts at random.

A recipe names some of the parts; the rest is drawn. What was drawn is kept, so that a test can say
what its loops were made of.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HEADER = """\
import asyncio
import itertools
import logging
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import anyio
from world import Busy, after, areset, guarded, reset, traced, transient

ONE = 1
TWO = 2
THREE = 3
FOUR = 4
DELAY = 2
DELAYS_ONE = (3,)
DELAYS_TWO = (1, 2)
DELAYS_THREE = (1, 2, 4)
DELAYS_FOUR = (1, 0.5, 3, 2)
HOSTS_ONE = ("a",)
HOSTS_TWO = ("a", "b")
HOSTS_THREE = ("a", "b", "c")
HOSTS_FOUR = ("a", "b", "c", "d")
logger = logging.getLogger(__name__)
"""

WORDS = ("", "ONE", "TWO", "THREE", "FOUR")
Recipe = Mapping[str, str]


@dataclass
class Draw:
    """Chance, and what a recipe leaves to it."""

    chance: random.Random
    recipe: Recipe = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict)

    def of(self, part: str, kinds: Sequence[str] | str) -> str:
        """One of the kinds of a part: the recipe's, one of several that it names, or any."""
        kinds = kinds.split() if isinstance(kinds, str) else kinds
        wanted = [one for one in self.recipe.get(part, "").split() if one in kinds]
        self.drawn[part] = self.chance.choice(wanted or kinds)
        return self.drawn[part]

    def often(self, part: str, share: float) -> bool:
        """Whether a part is there at all."""
        drawn = self.chance.random() < share
        yes = self.recipe[part] == "yes" if part in self.recipe else drawn
        self.drawn[part] = "yes" if yes else "no"
        return yes


@dataclass(frozen=True)
class Head:
    """How a loop counts.

    Attributes:
        before: Lines in front of it.
        loop: Its first line.
        bump: The line that counts.
        early: Whether that is the first thing that a failure leads to.
        last: The condition for the last attempt; empty where no handler can ask.
        before_last: Its opposite.
        number: The number of the attempt as a log line says it.
        growth: What a delay may grow with.
        limit: How often it tries at most; 0 for ever.
    """

    before: tuple[str, ...]
    loop: str
    bump: str = ""
    early: bool = False
    last: str = ""
    before_last: str = ""
    number: str = ""
    growth: str = ""
    limit: int = 1


@dataclass(frozen=True)
class Program:
    """A function that retries.

    Attributes:
        name: Its name.
        text: What defines it.
        drawn: What it is made of.
        shape: The number of the known shape that it has; 0 for none.
    """

    name: str
    text: str
    drawn: Mapping[str, str]
    shape: int = 0

    @property
    def spoiled(self) -> bool:
        """Whether something in it makes it another program than a retry."""
        return self.drawn["spoiled"] == "yes"


def head_of(draw: Draw) -> Head:
    number = draw.chance.randrange(1, 5)
    word = WORDS[number]
    kind = draw.of("head", (
        "zero one plus down count true-early true-late while-early while-late while-less"
        " left-early left-while left-late left-again delays for-ever deadline one-less retries"
    ))  # fmt: skip
    spelled = {
        "number": str(number), "constant": word, "length": f"len(HOSTS_{word})", "given": "tries",
    }[draw.of("limit", "number number constant constant length given")]  # fmt: skip
    n = draw.of("counter", "attempt n retries_made")
    less = str(number - 1) if spelled.isdigit() else f"{spelled} - 1"
    more = str(number + 1) if spelled.isdigit() else f"{spelled} + 1"
    equal, differs = draw.of("asked", ["== !=", ">= <"]).split()

    def counting(before: str, loop: str, bump: str, early: bool, at: str, shown: str) -> Head:
        return Head((before,) if before else (), loop, bump, early, f"{n} {equal} {at}",
                    f"{n} {differs} {at}", shown, shown, number)  # fmt: skip

    match kind:
        case "zero":
            made = counting("", f"for {n} in range({spelled}):", "", False, less, f"{n} + 1")
            return Head(**{**vars(made), "growth": draw.of("growth", [n, f"({n} + 1)"])})
        case "one":
            return counting("", f"for {n} in range(1, {more}):", "", False, spelled, n)
        case "plus" | "retries":
            made = counting("", f"for {n} in range({spelled} + 1):", "", False, spelled, f"{n} + 1")
            return Head(**{**vars(made), "growth": n, "limit": number + 1})
        case "down":
            return Head((), f"for {n} in range({spelled}, 0, -1):", "", False, f"{n} == 1",
                        f"{n} > 1", n, "", number)  # fmt: skip
        case "count":
            return counting("", f"for {n} in itertools.count():", "", False, less, f"{n} + 1")
        case "true-early":
            return counting(f"{n} = 0", "while True:", f"{n} += 1", True, spelled, n)
        case "true-late":
            return counting(f"{n} = 0", "while True:", f"{n} += 1", False, less, f"{n} + 1")
        case "while-early":
            return counting(f"{n} = 0", f"while {n} < {spelled}:", f"{n} += 1", True, spelled, n)
        case "while-late":
            return counting(f"{n} = 1", f"while {n} <= {spelled}:", f"{n} += 1", False, spelled, n)
        case "while-less":
            bump = f"{n} = {n} + 1"
            return counting(f"{n} = 0", f"while {n} < {spelled}:", bump, False, less, n)
        case "left-early":
            return Head((f"left = {spelled}",), "while True:", "left -= 1", True, "left <= 0",
                        "left > 0", "left", "", number)  # fmt: skip
        case "left-while":
            return Head((f"left = {spelled}",), "while left > 0:", "left -= 1", True, "left == 0",
                        "left", "left", "", number)  # fmt: skip
        case "left-late":
            return Head((f"left = {less}",), "while True:", "left = left - 1", False, "not left",
                        "left > 0", "left", "", number)  # fmt: skip
        case "left-again":
            return Head((f"left = {spelled}",), "while left > 1:", "left -= 1", False, limit=number)
        case "delays":
            listed = draw.of("listed", [f"DELAYS_{word}", "(1, 2)", "[0.5, 1, 3]"])
            return Head((), f"for delay in {listed}:", limit=listed.count(",") + 1)
        case "for-ever":
            return Head((), "while True:", limit=0)
        case "deadline":
            return Head(("deadline = time.monotonic() + 10",), "while time.monotonic() < deadline:")
    return Head((), f"for _ in range({less}):", limit=number)


def delay_of(draw: Draw, head: Head) -> tuple[str, str, str]:
    """A line before the loop, the delay, and the line that makes it longer."""
    if head.loop.startswith("for delay in"):
        draw.drawn["delay"] = "listed"
        return "", "delay", ""
    g = head.growth
    grown = {
        "exponential": f"2**{g}", "exponential-by": f"0.5 * 2**{g}", "thrice": f"3**{g}",
        "capped": f"min(2**{g}, 5)", "capped-by": f"min(DELAY * 2**{g}, 7)",
        "linear": f"5 * ({g} + 1)", "linear-by": f"DELAY * {g}", "linear-fraction": f"0.1 * {g}",
        "jittered": f"2**{g} + random.uniform(0, 1)", "capped-jittered":
        f"min(2**{g}, 3) + random.random()", "full-jitter": f"random.uniform(0, 2**{g})",
        "full-jitter-capped": f"random.uniform(0, min(5, 2**{g}))", "from-third":
        f"1 if {g} > 2 else 0",
    } if g else {}  # fmt: skip
    plain = {
        "fixed": "1", "constant": "DELAY", "fraction": "0.5", "random": "random.uniform(1, 2)",
        "random-added": "1 + random.random()", "random-whole": "random.randint(1, 3)",
        "told": "after(error)", "told-attribute": 'getattr(error, "after", 1)',
    }  # fmt: skip
    kept = {
        "doubling": ("delay = 1", "delay *= 2"), "growing": ("delay = 0.5", "delay = delay * 3"),
        "doubling-capped": ("delay = 1", "delay = min(delay * 2, 4)"),
        "adding": ("delay = 1", "delay += 2"), "adding-delay": ("delay = DELAY", "delay += DELAY"),
    }  # fmt: skip
    kind = draw.of("delay", [*grown, *plain, *plain, *kept, *kept, "none"])
    if kind in kept:
        before, growth = kept[kind]
        return before, "delay", growth
    return "", "" if kind == "none" else {**grown, **plain}[kind], ""


def log_of(draw: Draw, part: str, head: Head, delay: str) -> str:
    """A line that tells of a failure."""
    shown = head.number
    lines = {
        "error": 'logger.error("failed: %r", error)',
        "traceback": 'logger.error("failed", exc_info=True)',
        "exception": 'logger.exception("failed: %s", error)',
        "print": 'print("again")',
        "type": 'logger.warning("%s", type(error).__name__)',
    }
    if shown:
        lines["number"] = f'logger.warning("attempt %d failed: %s", {shown}, error)'
        lines["formatted"] = f'logger.info(f"attempt {{{shown}}} failed with {{error!r}}")'
    if delay and "random" not in delay:
        lines["delay"] = 'logger.warning("waiting %s", delay)'
        lines["delay-formatted"] = 'print(f"{error} again in {delay} s")'
    return lines[draw.of(part, list(lines))]


def attempt_of(draw: Draw, call: str) -> tuple[list[str], list[str]]:
    """The lines of an attempt, and those that follow the loop's `try` when it worked."""
    return {
        "return": ([f"return {call}()"], []),
        "arguments": ([f"return {call}(1, key=DELAY)"], []),
        "two-lines": ([f"result = {call}()", "return result"], []),
        "logged": ([f"result = {call}()", 'logger.info("got %s", result)', "return result"], []),
        "break": ([f"result = {call}()", "break"], []),
        "break-behind": ([f"result = {call}()"], ["break"]),
        "return-behind": ([f"result = {call}()"], ["return result"]),
        "else": ([f"result = {call}()"], ["else:", "    return result"]),
        "else-break": ([f"result = {call}()"], ["else:", "    break"]),
        "else-logged": ([f"result = {call}()"], ["else:", '    print("good")', "    break"]),
        "raises": ([f"result = {call}()", "if result == 500:",
                    '    raise ConnectionError("bad")', "return result"], []),
    }[draw.of("attempt", (
        "return arguments two-lines logged break break-behind return-behind else else-break"
        " else-logged raises"
    ))]  # fmt: skip


def handler_of(
    draw: Draw, head: Head, delay: str, grown: str, sleep: str, cleanup: str, *, guard: str
) -> list[str]:
    """What a failure leads to."""
    early = log_of(draw, "early", head, "") if draw.often("log-first", 0.3) else ""
    named = draw.often("delay-named", 0.3) and delay != "delay" and delay != ""
    late_delay = "delay" if named or delay == "delay" else ""
    late = log_of(draw, "late", head, late_delay) if draw.often("log-then", 0.3) else ""
    first, between = (cleanup if draw.often(p, 0.12) else "" for p in ("clean-first", "clean-then"))
    rejected = draw.of("rejects", "no no no no no no first first-own with-guard attribute")
    asked = {"attribute": "str(error) == 'failure 2'"}.get(rejected, "not transient(error)")
    lines = [head.bump] if head.early else []
    if rejected in ("first", "attribute"):
        lines += [f"if {asked}:", "    raise"]
    if rejected == "first-own":
        lines += [f"if {asked}:", '    raise LookupError("no use") from error']
    lines += [early, first]
    if guard == "stored":
        lines.append("failure = error")
    last = f"{asked} or {head.last}" if rejected == "with-guard" and head.last else head.last
    out = {
        "raise": ["raise"],
        "raise-it": ["raise error"],
        "custom": ['raise RuntimeError(f"gave up: {error}") from error'],
        "custom-alone": ['raise RuntimeError("gave up")'],
        "return": ["return None"],
        "exit": ['logger.error("giving up")', "sys.exit(3)"],
        "log-raise": ['logger.error("giving up")', "raise"],
        "break": ["break"],
    }
    if guard in out:
        lines += [f"if {last}:", *(f"    {line}" for line in out[guard])]
    wait = [f"delay = {delay}"] if named else []
    slept = [f"{sleep}({'delay' if named else delay})"] if delay else []
    if grown and draw.often("grows-first", 0.2):
        slept = [grown, *slept]
    elif grown:
        slept = [*slept, grown]
    bump = [head.bump] if head.bump and not head.early else []
    rest = [*wait, late, between, *slept]
    rest = [*bump, *rest] if draw.often("bump-first", 0.0) else [*rest, *bump]
    rest = [line for line in rest if line] or ["pass"]
    lines = [line for line in lines if line]
    if guard == "else":
        return [*lines, f"if {head.before_last}:", *(f"    {line}" for line in rest), "else:",
                "    raise"]  # fmt: skip
    if guard == "swallow":
        rest = [line for line in rest if line not in bump] or ["pass"]
        return [*lines, f"if {head.before_last}:", *(f"    {line}" for line in rest), *bump]
    if guard == "continue":
        return [*lines, f"if {head.before_last}:", *(f"    {line}" for line in rest),
                "    continue", "raise"]  # fmt: skip
    return [*lines, *rest]


def clauses_of(draw: Draw, handler: list[str], other: list[str]) -> list[str]:
    """The clauses, with the handler in one of them or in two."""
    kind = draw.of("clauses", (
        "one one one tuple tuple exception system bare base two two-alike out-first out-raise"
    ))  # fmt: skip
    types = {
        "one": "ConnectionError", "tuple": "(ConnectionError, TimeoutError)",
        "exception": "Exception", "system": "OSError", "base": "BaseException",
    }.get(kind, "ConnectionError")  # fmt: skip

    def clause(kind: str, lines: Sequence[str]) -> list[str]:
        name = " as error" if any(re.search(r"\berror\b", line) for line in lines) else ""
        return [f"except {kind}{name}:", *(f"    {line}" for line in lines)]

    if kind == "bare" and not any(re.search(r"\berror\b", line) for line in handler):
        lines = ["except:", *(f"    {line}" for line in handler)]
    elif kind in ("two", "two-alike"):
        second = other if kind == "two" else handler
        lines = [*clause("TimeoutError", second), *clause("ConnectionError", handler)]
    elif kind.startswith("out"):
        end = "raise" if kind == "out-raise" else "return None"
        lines = [*clause("TimeoutError", [end]), *clause("OSError", handler)]
    else:
        lines = clause(types, handler)
    return lines


def tail_of(draw: Draw, head: Head, attempt: list[str], guard: str) -> tuple[list[str], list[str]]:
    """What stands behind the loop, first its `else`."""
    broken = any(line.strip() == "break" for line in attempt)
    listed = draw.drawn["head"] == "delays" and draw.often("again", 0.3)
    if listed or draw.drawn["head"] in (
        "one-less",
        "left-again",
    ):  # one more attempt is made behind it
        again = [line for line in attempt if line.startswith(("return", "result"))][:2]
        if broken:
            draw.drawn["tail"] = "else-again"
            return ["else:", f"    {again[0]}"], ["return result"]
        draw.drawn["tail"] = "again"
        return [], again if again[-1].startswith("return") else [*again, "return result"]
    ends = guard in ("none", "swallow", "break")
    if guard == "stored":
        draw.drawn["tail"] = "stored"
        end = draw.of("stored", ["raise failure", 'raise RuntimeError("no") from failure'])
        return ["else:", f"    {end}"] if broken else [], ["return result"] if broken else [end]
    if broken:
        kind = draw.of("tail", "plain else-raise else-return") if ends else "plain"
        lines = {
            "else-raise": ["else:", '    raise RuntimeError("none worked")'],
            "else-return": ["else:", '    return "nothing"'],
        }.get(kind, [])
        draw.drawn["tail"] = kind
        return lines, [draw.of("then", ["return result", "return repr(result)"])]
    kind = draw.of("tail", "empty none constant raise else-raise") if ends else draw.of(
        "tail", "empty empty none unreachable"
    )  # fmt: skip
    return {
        "empty": ([], []), "none": ([], ["return None"]), "constant": ([], ['return "nothing"']),
        "raise": ([], ['raise RuntimeError("none worked")']),
        "unreachable": ([], ['raise RuntimeError("not reached")']),
        "else-raise": (["else:", '    raise RuntimeError("none worked")'], []),
    }[kind]  # fmt: skip
