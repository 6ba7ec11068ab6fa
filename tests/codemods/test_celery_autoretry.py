"""Tasks that try again by hand, before and after, on a Celery that runs them at once."""

import textwrap

import pytest
from celery import Celery

from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

ID = "celery-autoretry"
HEAD = "from celery import shared_task\n\n\n"

BOILERPLATE = """\
from celery import Celery

app = Celery(broker="memory://", backend="cache+memory://")
app.conf.task_always_eager = True


@app.task(bind=True, max_retries=2)
def work(self, call):
    \"\"\"Call it.\"\"\"
    try:
        answer = call(self.request.retries)
        return answer
    except ConnectionError as error:
        raise self.retry(exc=error, countdown=COUNTDOWN)
"""

AFTER = """\
from celery import Celery

app = Celery(broker="memory://", backend="cache+memory://")
app.conf.task_always_eager = True


@app.task(
    bind=True,
    max_retries=2,
    autoretry_for=(ConnectionError,),
    OPTIONS,
)
def work(self, call):
    \"\"\"Call it.\"\"\"
    answer = call(self.request.retries)
    return answer
"""

OPTIONS = {
    "7": 'retry_kwargs={"countdown": 7}',
    "2**self.request.retries": "retry_backoff=True,\n    retry_jitter=False",
    "min(3 * 2**self.request.retries, 60)": (
        "retry_backoff=3,\n    retry_backoff_max=60,\n    retry_jitter=False"
    ),
}


@pytest.mark.parametrize("countdown", OPTIONS)
def test_boilerplate_does_the_same(countdown):
    before = BOILERPLATE.replace("COUNTDOWN", countdown)
    after = AFTER.replace("OPTIONS", OPTIONS[countdown])
    capped = "min(" in countdown or countdown == "7"
    safety = Safety.SAFE if capped else Safety.UNSAFE
    check_rewrites(ID, before, after, safety=safety)
    seen = [outcomes(source) for source in (before, after)]
    assert seen[0] == seen[1]
    assert len({str(one) for one in seen[0]}) == 5


def outcomes(source):
    """Calls, countdowns and outcome for every script of failures."""
    space = {}
    exec(compile(source, "tasks.py", "exec"), space)
    task = space["work"]
    assert isinstance(space["app"], Celery)
    return [
        outcome(task, script)
        for script in (["R"], [ConnectionError, "R"], [ConnectionError] * 2 + ["R"],
                       [ConnectionError] * 5, [ConnectionError, ValueError])
    ]  # fmt: skip


def outcome(task, script):
    task = task._get_current_object()
    calls, delays = [], []

    def call(retries):
        calls.append(retries)
        step = script[len(calls) - 1]
        if isinstance(step, type):
            raise step(f"failure {len(calls)}")
        return step

    original = type(task).signature_from_request

    def signature(self, *args, **options):
        delays.append(options.get("countdown"))
        return original(self, *args, **options)

    type(task).signature_from_request = signature
    try:
        result = task.apply(args=[call])
    finally:
        del type(task).signature_from_request
    return calls, delays, result.state, str(result.result)


def test_catches_what_celery_itself_raises():
    check_rewrites(
        ID,
        HEAD + "@shared_task(bind=True)\ndef f(self):\n    try:\n        g()\n"
        "    except Exception as error:\n        raise self.retry(exc=error)\n",
        HEAD + "@shared_task(bind=True, autoretry_for=(Exception,))\ndef f(self):\n    g()\n",
        safety=Safety.UNSAFE,
        reason="`Ignore` and `Retry`",
    )


def test_without_exc_another_exception_came_out():
    check_rewrites(
        ID,
        HEAD + "@shared_task(bind=True)\ndef f(self):\n    try:\n        g()\n"
        "    except (KeyError, OSError):\n        self.retry(countdown=1, max_retries=4)\n",
        HEAD + "@shared_task(\n    bind=True,\n    autoretry_for=(KeyError, OSError),\n"
        '    retry_kwargs={"max_retries": 4, "countdown": 1},\n)\ndef f(self):\n    g()\n',
        safety=Safety.UNSAFE,
        reason="MaxRetriesExceededError",
    )


LOOP = """\
import time

from celery import Celery

app = Celery()


@DECORATOR
def work(call):
    # The service is down every night.
    for attempt in range(4):
        try:
            return call()
        except ConnectionError:
            if attempt == 3:
                raise
            time.sleep(DELAY)
"""


@pytest.mark.parametrize(
    ("delay", "options"),
    [
        ("5", 'retry_kwargs={"max_retries": 3, "countdown": 5}'),
        ("2**attempt", 'retry_kwargs={"max_retries": 3},\n    retry_backoff=True,'
         "\n    retry_jitter=False"),
        ("min(30, 2 * 2**attempt)", 'retry_kwargs={"max_retries": 3},\n    retry_backoff=2,\n'
         "    retry_backoff_max=30,\n    retry_jitter=False"),
    ],
)  # fmt: skip
def test_a_loop_goes_back_to_the_queue(delay, options):
    before = LOOP.replace("DELAY", delay).replace("DECORATOR", "app.task")
    after = f"""\
from celery import Celery

app = Celery()


@app.task(
    autoretry_for=(ConnectionError,),
    {options},
)
def work(call):
    # The service is down every night.
    return call()
"""
    check_rewrites(ID, before, after, safety=Safety.UNSAFE, reason="goes back to the queue")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (("range(4)", "range(call.attempts)"), "attempts-unclear"),
        (("time.sleep(DELAY)", "print(attempt)\n            time.sleep(1)"), "task-does-more"),
        (("DECORATOR", "app.task(retry_backoff=True)"), "task-retries"),
        (("DELAY", "1.5**attempt"), "delay-unclear"),
        (("DELAY", "random.random()"), "delay-unclear"),
        (("return call()", "return prepare(attempt)"), "counter-is-data"),
    ],
)
def test_left_alone(change, refusal):
    source = LOOP.replace(*change).replace("DECORATOR", "app.task").replace("DELAY", "1")
    check_unchanged(
        ID, source.replace("import time", "import random\nimport time"), refusal=refusal
    )


@pytest.mark.parametrize(
    "source",
    [
        "from prefect import task\n\n\n@task\ndef f(self):\n    try:\n        g()\n"
        "    except OSError as error:\n        raise self.retry(exc=error)\n",
        HEAD + "@shared_task(bind=True)\ndef f(self):\n    try:\n        g()\n"
        "    except OSError as error:\n        raise other.retry(exc=error)\n",
        HEAD + "@shared_task(bind=True)\ndef f(self):\n    prepare()\n    try:\n        g()\n"
        "    except OSError as error:\n        raise self.retry(exc=error)\n",
        HEAD + "@shared_task(bind=True)\ndef f(self):\n    try:\n        g()\n"
        "    except OSError as error:\n        log(error)\n        raise self.retry(exc=error)\n",
    ],
)
def test_no_task_or_more_than_one(source):
    check_unchanged(ID, source)


def test_computed_delay_is_left_alone():
    source = HEAD + (
        "@shared_task(bind=True)\ndef f(self):\n    try:\n        g()\n"
        "    except OSError as error:\n        raise self.retry(exc=error, countdown=error.after)\n"
    )
    check_unchanged(ID, source, refusal="delay-unclear")


def test_tenacity_keeps_away_from_tasks():
    source = LOOP.replace("DELAY", "1").replace("DECORATOR", "app.task")
    check_unchanged("retry-to-tenacity", source, refusal="celery-task")


def test_both_at_once():
    source = textwrap.dedent(LOOP.replace("DELAY", "1").replace("DECORATOR", "app.task"))
    result = rewrite([ID, "retry-to-tenacity"], source)
    assert {finding.codemod for finding in result.findings} == {ID}
