"""Whole functions that retry, from a seed, many to a module; and recipes for the known shapes."""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from retry_parts import (
    HEADER,
    Draw,
    Program,
    Recipe,
    attempt_of,
    clauses_of,
    delay_of,
    handler_of,
    head_of,
    tail_of,
)

FOR = "zero one"
WHILE = "true-early true-late while-early while-late while-less"
COUNTED = f"{FOR} plus {WHILE}"
PLAIN = {"log-first": "no", "log-then": "no", "clean-first": "no", "clean-then": "no",
         "rejects": "no", "around": "none", "clauses": "one tuple", "spoiled": "no"}  # fmt: skip
RETURNS = "return arguments two-lines"
BREAKS = "break break-behind else-break"
OWN_RESULT = {"kind": "result", "around": "none", "spoiled": "no"}

SHAPES: dict[int, Recipe] = {
    1: {**PLAIN, "head": FOR, "guard": "raise", "delay": "exponential", "attempt": RETURNS},
    2: {**PLAIN, "head": FOR, "guard": "raise", "attempt": BREAKS},
    3: {**PLAIN, "head": COUNTED, "guard": "raise", "log-first": "yes"},
    4: {
        **PLAIN,
        "head": COUNTED,
        "delay": "exponential capped linear fixed",
        "guard": "raise",
        "delay-named": "yes",
        "log-then": "yes",
        "late": "delay",
    },
    5: {**PLAIN, "head": "one", "guard": "raise"},
    6: {**PLAIN, "head": "plus", "guard": "raise"},
    7: {
        **PLAIN,
        "head": f"{COUNTED} down left-while",
        "guard": "swallow",
        "tail": "none",
        "attempt": RETURNS,
    },
    8: {**PLAIN, "head": FOR, "guard": "none", "tail": "empty", "attempt": RETURNS},
    9: {**PLAIN, "head": FOR, "guard": "none", "tail": "else-raise"},
    10: {**PLAIN, "head": "one-less", "attempt": RETURNS},
    11: {**PLAIN, "guard": "custom"},
    12: {**PLAIN, "head": COUNTED, "guard": "stored"},
    13: {**PLAIN, "head": "while-early while-late while-less", "guard": "raise"},
    14: {**PLAIN, "head": "true-early true-late", "guard": "raise"},
    15: {**PLAIN, "head": "left-early left-while left-late", "guard": "raise"},
    16: {**PLAIN, "guard": "raise", "delay": "doubling growing doubling-capped"},
    17: {**PLAIN, "guard": "raise", "delay": "jittered random random-added full-jitter"},
    18: {**PLAIN, "head": "delays", "again": "yes", "attempt": RETURNS},
    19: {**PLAIN, "head": "delays", "again": "no"},
    20: {
        **PLAIN,
        "head": "left-again",
        "attempt": RETURNS,
        "delay": "doubling growing",
    },
    21: {**PLAIN, "guard": "raise", "delay": "linear linear-by"},
    22: {**OWN_RESULT, "asks": "status", "catches": "no"},
    23: {
        **OWN_RESULT,
        "asks": "status",
        "catches": "yes",
        "log-then": "no",
        "catching": "raise",
        "gives": "result",
    },
    24: {**OWN_RESULT, "asks": "none", "catches": "no"},
    25: {**PLAIN, "guard": "raise", "rejects": "first with-guard attribute"},
    26: {**PLAIN, "guard": "raise", "attempt": "raises"},
    27: {**PLAIN, "guard": "raise", "clauses": "two", "delay": "told told-attribute fixed"},
    28: {**PLAIN, "head": "for-ever", "delay": "fixed constant"},
    29: {**PLAIN, "guard": "raise", "clauses": "bare base"},
    30: {**PLAIN, "guard": "raise", "delay": "none", "async": "no"},
    31: {"kind": "tries", "top": "yes", "around": "none", "spoiled": "no"},
    32: {**PLAIN, "guard": "raise", "delay": "from-third"},
    33: {**PLAIN, "guard": "raise", "async": "yes", "sleeps": "asyncio anyio"},
    34: {**PLAIN, "guard": "raise", "async": "yes", "sleeps": "time"},
    35: {**PLAIN, "head": "deadline"},
    36: {**PLAIN, "guard": "raise", "clean-first": "yes"},
    38: {**PLAIN, "guard": "exit", "log-first": "yes"},
}
"""What the known shapes of retry loops are made of, by their numbers."""

UNGUARDED = ("delays", "for-ever", "deadline", "one-less", "left-again")


def program(seed: int, name: str, recipe: Recipe) -> Program:
    """One function."""
    draw = Draw(random.Random(f"{seed} {name}"), recipe)
    is_async = draw.often("async", 0.25)
    if draw.of("kind", "tries tries tries tries tries tries tries result") == "result":
        lines = _result_loop(draw, is_async)
    elif draw.often("top", 0.03):
        lines = _sleeping_at_the_top(draw, is_async)
    else:
        lines = _loop(draw, is_async)
    if draw.often("spoiled", 0.12):
        lines = spoiled(draw, lines)
    text = "\n".join([*_function(draw, name, lines, is_async), ""])
    return Program(name, text, draw.drawn)


def _words(draw: Draw, is_async: bool) -> tuple[str, str, str]:
    """How to call, to sleep, and to clean up."""
    if not is_async:
        return "call", "time.sleep", 'reset("again")'
    kind = draw.of("sleeps", "asyncio asyncio asyncio asyncio anyio time")
    sleep = "time.sleep" if kind == "time" else f"await {kind}.sleep"
    return "await call", sleep, draw.of("cleans", ['await areset("again")', 'reset("again")'])


def _loop(draw: Draw, is_async: bool) -> list[str]:
    call, sleep, cleanup = _words(draw, is_async)
    head = head_of(draw)
    kind = draw.drawn["head"]
    if kind in UNGUARDED or not head.last:
        guard = draw.of("guard", "none")
    else:
        guard = draw.of("guard", (
            "raise raise raise raise raise-it else continue none none swallow custom custom-alone"
            " return exit log-raise break stored"
        ))  # fmt: skip
    if kind in ("count", "true-early", "true-late", "left-early", "left-late") and guard in (
        "none", "stored", "swallow",
    ):  # fmt: skip
        guard = draw.drawn["guard"] = "raise"  # it would go on for ever
    before, delay, grown = delay_of(draw, head)
    if kind in ("for-ever", "deadline") and delay in ("", "random.random()"):
        before, delay, grown = "", "1", ""
    attempt, behind = attempt_of(draw, call)
    handler = handler_of(draw, head, delay, grown, sleep, cleanup, guard=guard)
    other = [f"{sleep}(4)"] if guard not in ("raise",) or not head.last else [
        *([head.bump] if head.early else []), f"if {head.last}:", "    raise", f"{sleep}(4)",
        *([head.bump] if head.bump and not head.early else []),
    ]  # fmt: skip
    if guard != "raise" and head.bump:
        other = handler
    clauses = clauses_of(draw, handler, other)
    otherwise, tail = tail_of(draw, head, [*attempt, *behind], guard)
    aside = behind if behind and behind[0] == "else:" else []
    following = behind if not aside else []
    setup = [*head.before, *([before] if before else [])]
    if guard == "stored":
        setup.append(draw.of("starts", ["failure = None", "failure: Exception | None = None"]))
    draw.chance.shuffle(setup)
    body = ["try:", *(f"    {line}" for line in attempt), *clauses, *aside, *following]
    return [*setup, head.loop, *(f"    {line}" for line in body), *otherwise, *tail]


def _sleeping_at_the_top(draw: Draw, is_async: bool) -> list[str]:
    """`if attempt > 0: sleep(2)` in front of each attempt but the first."""
    call, sleep, _ = _words(draw, is_async)
    word, less = draw.of("count", ["3 2", "THREE THREE-1", "2 1"]).split()
    less = less.replace("-", " - ")
    handler = draw.of("falls", ["no", "yes"])
    guard = [f"if n == {less}:", "    raise"] if handler == "no" else ["pass"]
    asked = draw.of("top-asks", ["n > 0", "n", "n >= 1"])
    log = ['logger.info("once more")'] if draw.often("log-then", 0.3) else []
    return [
        f"for n in range({word}):", f"    if {asked}:", *(f"        {one}" for one in log),
        f"        {sleep}({draw.of('fixed', ['2', 'DELAY', '0.5'])})", "    try:",
        f"        return {call}()", "    except ConnectionError:",
        *(f"        {line}" for line in guard),
    ]  # fmt: skip


def _result_loop(draw: Draw, is_async: bool) -> list[str]:
    """A loop that asks the result whether to try again."""
    call, sleep, _ = _words(draw, is_async)
    good, bad = {
        "status": ("result != 500", "result == 500"),
        "none": ("result is not None", "result is None"),
        "listed": ("result not in (500, None)", "result in (500, None)"),
    }[draw.of("asks", "status none listed")]  # fmt: skip
    number = draw.of("count", "1 2 3 4")
    delay = draw.of("result-delay", ["1", "DELAY", "2**n", "0.5 * 2**n", "min(2**n, 3)"])
    guarded = draw.often("guarded", 0.6)
    log = ['logger.warning("once more")'] if draw.often("log-then", 0.25) else []
    wait = [*log, f"{sleep}({delay})"]
    if guarded:
        wait = [f"if n < {int(number) - 1}:", *(f"    {line}" for line in wait)]
    gives = {"result": "result", "none": "None", "constant": '"nothing"'}
    tail = [f"return {gives[draw.of('gives', list(gives))]}"]
    if draw.often("catches", 0.4):
        handler = draw.of("catching", ["raise", "pass"])
        lines = [f"if n == {int(number) - 1}:", "    raise"] if handler == "raise" else ["pass"]
        body = [
            "try:", f"    result = {call}()", f"    if {good}:", "        return result",
            "except ConnectionError:", *(f"    {line}" for line in lines), *wait,
        ]  # fmt: skip
    elif draw.often("asks-first", 0.3):
        body = [f"result = {call}()", f"if {bad}:", *(f"    {line}" for line in wait),
                "    continue", "return result"]  # fmt: skip
    else:
        body = [f"result = {call}()", f"if {good}:", "    return result", *wait]
    return [f"for n in range({number}):", *(f"    {line}" for line in body), *tail]


def _function(draw: Draw, name: str, lines: list[str], is_async: bool) -> list[str]:
    """A function around a loop."""
    word = "async def" if is_async else "def"
    given = ["call", *(["tries=3"] if any(re.search(r"\btries\b", x) for x in lines) else [])]
    if draw.often("typed", 0.25):
        types = {"call": "call: Callable[..., Any]", "tries=3": "tries: int = 3"}
        signature = f"{word} {name}({', '.join(types[one] for one in given)}) -> object:"
    else:
        signature = f"{word} {name}({', '.join(given)}):"
    around = draw.of("around", "none none none none docstring decorated lead with if later method")
    match around:
        case "docstring":
            lines = ['"""Try, and try again."""', *lines]
        case "decorated":
            signature = f"@traced\n{signature}"
        case "lead":
            lines = [draw.of("lead", ['reset("lead")', "payload = {}", "print(call.__name__)"]),
                     *lines]  # fmt: skip
        case "with":
            lines = ["with guarded():", *(f"    {line}" for line in lines)]
        case "if":
            lines = ["if call:", *(f"    {line}" for line in lines), 'return "nothing"']
        case "method":
            inner = signature.replace("(call", "(self, call", 1)
            return [f"class Client_{name}:", f"    {inner}", *(f"        {x}" for x in lines), "",
                    "", f"{name} = Client_{name}().{name}"]  # fmt: skip
        case "later":
            lines = _later(draw, lines)
    return [*signature.split("\n"), *(f"    {line}" for line in lines)]


def _later(draw: Draw, lines: list[str]) -> list[str]:
    """The same with something that happens when the loop is over."""
    if lines[-1] not in ("return result", "return repr(result)"):
        return ["try:", *(f"    {line}" for line in lines), "finally:", '    reset("finally")']
    return [*lines[:-1], 'reset("later")', lines[-1]]


def spoiled(draw: Draw, lines: list[str]) -> list[str]:
    """The lines with something in them that makes another program of a loop."""
    kind = draw.of("spoiler", list(SPOILERS))
    made = SPOILERS[kind](draw, lines)
    try:
        ast.parse("\n".join(["async def function():", *(f"    {line}" for line in made)]))
    except SyntaxError:
        return lines
    return made


def _behind(lines: list[str], at: int, new: str, deeper: int = 0) -> list[str]:
    margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())] + "    " * deeper
    return [*lines[: at + 1], margin + new, *lines[at + 1 :]]


def _find(lines: list[str], *words: str) -> list[int]:
    return [at for at, line in enumerate(lines) if any(word in line for word in words)]


def _inserted(new: str, *words: str, deeper: int = 0) -> Callable[[Draw, list[str]], list[str]]:
    """A line behind one of those with one of the words in it."""

    def spoil(draw: Draw, lines: list[str]) -> list[str]:
        found = _find(lines, *words)
        if not found:
            return lines
        return _behind(lines, draw.chance.choice(found), new, deeper)

    return spoil


def _replaced(old: str, *news: str) -> Callable[[Draw, list[str]], list[str]]:
    """A word of one line replaced."""

    def spoil(draw: Draw, lines: list[str]) -> list[str]:
        found = [at for at in _find(lines, old) if "log" not in lines[at]]
        if not found:
            return lines
        at = draw.chance.choice(found)
        return [*lines[:at], lines[at].replace(old, draw.chance.choice(news), 1), *lines[at + 1 :]]

    return spoil


def _dropped(*words: str) -> Callable[[Draw, list[str]], list[str]]:
    """One of the lines with a word replaced by nothing."""

    def spoil(draw: Draw, lines: list[str]) -> list[str]:
        found = _find(lines, *words)
        if not found:
            return lines
        at = draw.chance.choice(found)
        margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        return [*lines[:at], f"{margin}pass", *lines[at + 1 :]]

    return spoil


def _in_a_loop(draw: Draw, lines: list[str]) -> list[str]:
    """All of it once more, but where a sleep after the last failure is one before the first."""
    if draw.drawn.get("guard") != "raise":
        return lines
    return ["for item in (1, 2):", *(f"    {line}" for line in lines)]


SPOILERS: dict[str, Callable[[Draw, list[str]], list[str]]] = {
    "act-after-sleep": _inserted('reset("after")', "sleep("),
    "log-after-sleep": _inserted('print("slept")', "sleep("),
    "second-sleep": _inserted("time.sleep(9)", "sleep(", "raise"),
    "continue": _inserted("continue", "sleep(", "reset(", "logger."),
    "act-first": _inserted('reset("first")', "except", deeper=1),
    "act-in-try": _inserted('reset("try")', "try:", deeper=1),
    "sleep-in-try": _inserted("time.sleep(8)", "try:", deeper=1),
    "sets": _inserted("noted = str(call)", "except", deeper=1),
    "raises-first": _inserted("raise KeyError", "except", deeper=1),
    "counts-twice": _inserted("n = attempt = left = 1", "except", "sleep("),
    "bumps-in-try": _inserted("n += 1", "try:", deeper=1),
    "starts-later": _replaced("= 0", "= 1", "= -1"),
    "ranges-later": _replaced("range(", "range(1, ", "range(2 + ", "range(-1 + "),
    "equal": _replaced("==", ">=", "<=", ">", "!="),
    "at-least": _replaced(">=", "==", ">", "<="),
    "below": _replaced(" < ", " <= ", " != ", " > "),
    "above": _replaced(" > ", " >= ", " != "),
    "less-one": _replaced("- 1", "- 2", "+ 1", "- 0"),
    "other-number": _replaced("3", "2", "4"),
    "base": _replaced("ConnectionError", "BaseException", "Busy"),
    "awaits-not": _replaced("await asyncio.sleep", "time.sleep"),
    "no-return": _dropped("return", "break"),
    "no-raise": _dropped("raise"),
    "no-sleep": _dropped("sleep("),
    "no-bump": _dropped("+= 1", "-= 1"),
    "counter-as-data": _replaced("call()", "call(n)", "call(attempt)", "call(left)"),
    "result-later": _replaced("return None", "return n", "return delay", "return error"),
    "else-later": _replaced("else:", "finally:"),
    "in-a-loop": _in_a_loop,
    "flagged": lambda _, lines: ["good = False", *lines],
}


def modules(
    count: int, size: int, first: int = 0, shapes: Sequence[int] = tuple(SHAPES)
) -> list[Sequence[Program]]:
    """Programs from seeds, so many in all and so many in each module.

    Two of three are of a known shape, each in its turn; nothing is known of the third.
    """
    found: list[Program] = []
    turn = itertools.cycle(shapes)
    for number in range(first, first + count):
        shape = next(turn) if number % 3 else 0
        made = program(number, f"fetch_{number}", SHAPES.get(shape, {}))
        found.append(replace(made, shape=shape))
    return [found[at : at + size] for at in range(0, count, size)]


def source_of(programs: Sequence[Program]) -> bytes:
    """The text of a module."""
    return "\n\n".join([HEADER, *(one.text for one in programs)]).encode()
