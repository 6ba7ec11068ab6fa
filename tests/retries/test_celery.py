"""Tasks that loop, and what `celery-autoretry` makes of them, run by Celery at once."""

import itertools
import random
import time

import pytest
from celery import Celery

from lever_fix.model import Safety
from lever_fix.testing import rewrite

ID = "celery-autoretry"

HEADER = """\
import time

from celery import Celery

app = Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.task_always_eager = True
ATTEMPTS = 3
DELAY = 7


"""

LOOP = """\
@app.task{options}
def work({given}):
    {before}
    {head}
        try:
            {attempt}
        except {types}:
            {early}
            if {last}:
                raise
            {late}
            time.sleep({delay})
            {behind}
"""

BOILERPLATE = """\
@app.task(bind=True{options})
def work(self, call):
    try:
        {attempt}
    except {types} as error:
        {raises}self.retry(exc=error{arguments})
"""

HEADS = [
    ("", "for n in range({}):", "", "n == {} - 1", "", "n"),
    ("", "for n in range(1, {} + 1):", "", "n == {}", "", "(n - 1)"),
    ("n = 0", "while True:", "n += 1", "n >= {}", "", "(n - 1)"),
    ("n = 0", "while n < {}:", "", "n >= {} - 1", "n += 1", "n"),
]
DELAYS = ["5", "DELAY", "2**{}", "3 * 2**{}", "min(2**{}, 3)", "min(2 * 2**{}, DELAY)"]
TYPES = ["ConnectionError", "(ConnectionError, TimeoutError)", "OSError"]
ATTEMPT = ["return call()", "answer = call()\n            return answer"]
SCRIPTS = [
    ("R",),
    *((ConnectionError,) * n + ("R",) for n in range(1, 5)),
    (ConnectionError,),
    (TimeoutError, "R"),
    (ConnectionError, ValueError),
    (ConnectionError, TimeoutError, "R"),
]


def loops():
    """Tasks that loop, of each kind of head with each kind of delay."""
    chance = random.Random(3)
    for head, delay in itertools.product(HEADS, DELAYS):
        before, loop, early, last, behind, exponent = head
        number = chance.choice(["2", "3", "4", "ATTEMPTS"])
        text = LOOP.format(
            options=chance.choice(["", "()", '(name="work")', "(ignore_result=False)"]),
            given="call",
            before=before or "pass",
            head=loop.format(number),
            attempt=chance.choice(ATTEMPT),
            types=chance.choice(TYPES),
            early=early or "pass",
            last=last.format(number),
            late="pass",
            delay=delay.format(exponent),
            behind=behind or "pass",
        )
        lines = [line for line in text.split("\n") if line.strip() != "pass"]
        yield HEADER + "\n".join(lines)


def boilerplates():
    """Tasks that call `self.retry`."""
    chance = random.Random(4)
    countdowns = [
        "",
        "5",
        "DELAY",
        "2**self.request.retries",
        "min(3 * 2**self.request.retries, 9)",
    ]
    for countdown, limit in itertools.product(countdowns, ["", "1", "ATTEMPTS", "None"]):
        by_task = chance.random() < 0.5 and limit
        arguments = f", countdown={countdown}" if countdown else ""
        arguments += f", max_retries={limit}" if limit and not by_task else ""
        yield HEADER + BOILERPLATE.format(
            options=f", max_retries={limit}" if by_task else "",
            attempt=chance.choice(ATTEMPT).replace(" " * 12, " " * 8),
            types=chance.choice(TYPES),
            raises=chance.choice(["raise ", ""]),
            arguments=arguments,
        )


def outcome(task, script, monkeypatch):
    """Calls, delays, state and result of a task that a script of failures is played to."""
    calls, delays = [], []

    def call():
        calls.append(len(calls))
        step = script[min(len(calls), len(script)) - 1]
        if len(calls) > 9:
            raise KeyError("enough")
        if isinstance(step, type):
            raise step(f"failure {len(calls)}")
        return step

    original = type(task).signature_from_request

    def signature(self, *arguments, **options):
        delays.append(options.get("countdown"))
        return original(self, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(type(task), "signature_from_request", signature)
        patched.setattr(time, "sleep", delays.append)
        result = task.apply(args=[call])
    # The signature for one more attempt is made before it is clear that there is none.
    return len(calls), delays[: len(calls) - 1], result.state, repr(result.result)


def outcomes(source, monkeypatch):
    space = {}
    exec(compile(source, "tasks.py", "exec"), space)
    assert isinstance(space["app"], Celery)
    task = space["work"]._get_current_object()
    return {script: outcome(task, script, monkeypatch) for script in SCRIPTS}


@pytest.mark.parametrize("source", [*loops(), *boilerplates()])
def test_the_same_attempts(source, monkeypatch):
    result = rewrite(ID, source)
    assert result.findings, result.refusals
    old, new = outcomes(source, monkeypatch), outcomes(result.text, monkeypatch)
    assert new == old, result.text
    assert len({str(one) for one in old.values()}) > 4
    loops = "time.sleep" in source
    assert result.findings[0].safety is Safety.UNSAFE or not loops
    assert "autoretry_for" in result.text
    assert "self.retry" not in result.text
