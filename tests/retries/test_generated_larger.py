"""Loops in larger functions, whose clauses or results decide more, run before and after."""

import random

import pytest

BATCHES = 4
LOOPS = 100
"""Programs that are made in each batch."""
COMPARED = 20
"""Those of them that at least are rewritten, and so compared."""


def heads(chance: random.Random, spelled: str) -> tuple[list[str], str, str, str]:
    """Lines before the loop, its head, how it counts up, and the guard of the last attempt."""
    return chance.choice([
        ([], f"for attempt in range({spelled}):", "", f"attempt == {spelled} - 1"),
        ([], f"for attempt in range(1, {spelled} + 1):", "", f"attempt >= {spelled}"),
        (["attempt = 0"], "while True:", "attempt += 1", f"attempt >= {spelled}"),
        (["attempt = 0"], "while True:", "attempt += 1",
         f"LIMIT is not None and attempt >= {spelled}"),
        (["start = time.monotonic()"], "while True:", "", "time.monotonic() - start >= 4"),
        (["start = time.monotonic()"], "while True:", "",
         "ATTEMPTS > 1 and time.monotonic() - start >= 4"),
    ])  # fmt: skip


def bodies(chance: random.Random, counts: bool) -> tuple[list[str], list[str]]:
    """The lines of the `try`, and those behind it."""
    first = 'call("again") if attempt > 1 else call()' if counts else "call()"
    return chance.choice([
        ([f"value = {first}", "break"], []),
        (['value = call("seen") if seen else call()', "break"], []),
        (["value = call()", 'if value == "R":', "    break"], []),
        (["value = call()", "if value:", '    return f"good {value}"', "print(value)"], []),
        (["value = call()"], ["DECIDES", "if check(value):", "    return value"]),
        ([f"return {first}"], []),
    ])  # fmt: skip


def handlers(chance: random.Random, guard: str, bump: str) -> list[str]:
    """The lines of the clause, its sleep left out."""
    before = chance.choice([
        [], ["seen = str(error)"], ['logger.warning("failed: %s", error)'],
        ["print(len(traceback.format_exc()) > 1)"], ["seen = type(error).__name__", "print(seen)"],
    ])  # fmt: skip
    rejects = chance.choice([
        [], [], ["if isinstance(error, TimeoutError):", "    raise"],
        ["if not transient(error):", "    raise"],
    ])  # fmt: skip
    after = chance.choice([[], ["seen = repr(error)"], ['logger.info("again: %s", error)']])
    leaving = chance.choice(["raise", 'raise RuntimeError("gave up") from error', "break"])
    guarded = [f"if {guard}:", f"    {leaving}"] if chance.random() < 0.7 else []
    bumps = [bump] if bump else []
    lines = [*before, *rejects, *bumps, *guarded, *after]
    return [*rejects, *before, *bumps, *guarded, *after] if chance.random() < 0.3 else lines


def program(chance: random.Random) -> str:
    """One function with one loop."""
    number = chance.randrange(1, 5)
    spelled = chance.choice([str(number), "ATTEMPTS"])
    setup, head, bump, guard = heads(chance, spelled)
    counted = "attempt" in head
    attempt, behind = bodies(chance, counted and chance.random() < 0.4)
    sleep = chance.choice(["time.sleep(1)", "nap_sleep(0.5)", "time.sleep(2)"])
    clause = handlers(chance, guard, bump)
    shared = chance.random() < 0.5 and not behind
    if not shared:
        clause.append(sleep)
    if behind[:1] == ["DECIDES"]:
        clause.append("continue")
        behind = [*behind[1:], *([sleep] if chance.random() < 0.7 else [])]
    following = [sleep] if shared else behind
    if shared and counted and chance.random() < 0.5:
        following = [f"if not ({guard}):", f"    {sleep}"]
    last = ["finally:", '    print("closed")'] if chance.random() < 0.2 else []
    kinds = chance.choice(["ConnectionError", "OSError", "Exception"])
    lines = [
        'seen = ""', "value = None", 'print("starting")', *setup, head,
        "    try:", *(f"        {line}" for line in attempt),
        f"    except {kinds} as error:", *(f"        {line}" for line in clause or ["pass"]),
        *(f"    {line}" for line in last), *(f"    {line}" for line in following),
        'return f"{value} after {seen}"',
    ]  # fmt: skip
    return "\n".join([
        "import logging", "import time", "import traceback", "",
        f"ATTEMPTS = {number}", f"LIMIT = {chance.choice(['None', '3'])}",
        "logger = logging.getLogger(__name__)", "", "",
        "def nap_sleep(seconds):", "    time.sleep(seconds)", "", "",
        "def transient(error):", '    return not str(error).endswith("2")', "", "",
        "def check(value):", '    return value == "R"', "", "",
        "def fetch(call):", *(f"    {line}" for line in lines), "",
    ])  # fmt: skip


@pytest.mark.parametrize("batch", range(BATCHES))
def test_same_behaviour(batch, rewritten, same_behaviour):
    chance = random.Random(f"larger {batch}")
    compared = 0
    for _ in range(LOOPS):
        before = program(chance).encode()
        made = rewritten(before)
        findings = [one for one in made.plan.findings if one.fix]
        if findings:
            reasons = [reason for one in findings for reason in one.reasons]
            same_behaviour(before, made.data, [ConnectionError, TimeoutError], reasons)
            compared += 1
    assert compared >= COMPARED
