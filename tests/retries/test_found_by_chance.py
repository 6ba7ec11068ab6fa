"""Loops that were rewritten wrongly until a generated one showed it."""

import textwrap

import pytest

from lever_fix.testing import check_unchanged, rewrite

ID = "retry-to-tenacity"

LOOP = """
import itertools
import logging
import random
import time

logger = logging.getLogger(__name__)


"""


def program(text):
    return LOOP + textwrap.dedent(text).strip() + "\n"


LEFT_ALONE = {
    "the-last-failure-does-not-count": (
        "counter-unclear",
        """
        def fetch(call):
            n = 0
            while n < 3:
                try:
                    return call()
                except OSError:
                    if n < 2:
                        time.sleep(1)
                        n += 1
            return None
        """,
    ),
    "continue-in-front-of-the-count": (
        "counter-unclear",
        """
        def fetch(call):
            n = 0
            while n < 3:
                try:
                    return call()
                except OSError:
                    if n == 2:
                        raise
                    time.sleep(1)
                    continue
                n += 1
        """,
    ),
    "delay-grows-on-some-failures": (
        "counter-unclear",
        """
        def fetch(call):
            delay = 1
            for n in range(3):
                try:
                    return call()
                except TimeoutError:
                    if n == 2:
                        raise
                    time.sleep(delay)
                    delay *= 2
                except OSError:
                    if n == 2:
                        raise
                    time.sleep(delay)
        """,
    ),
    "the-attempt-counts": (
        "counter-is-data",
        """
        def fetch(call):
            for n in range(3):
                try:
                    n += 1
                    return call()
                except OSError:
                    time.sleep(1)
        """,
    ),
    "a-count-that-ends-nothing": (
        "attempts-unclear",
        """
        def fetch(call):
            for n in itertools.count():
                try:
                    return call()
                except OSError:
                    if n == 3:
                        logger.error("still nothing")
                    time.sleep(1)
        """,
    ),
    "a-listed-delay-is-told-after-the-last-failure": (
        "delay-logged",
        """
        def fetch(call):
            for delay in (1, 2):
                try:
                    return call()
                except OSError:
                    logger.warning("waiting %s", delay)
                    time.sleep(delay)
            raise TimeoutError
        """,
    ),
    "a-listed-delay-is-told": (
        "delay-logged",
        """
        def fetch(call):
            for delay in (1, 2):
                try:
                    return call()
                except OSError:
                    logger.warning("waiting %s", delay)
                    time.sleep(delay)
            return call()
        """,
    ),
    "a-random-delay-is-told-after-the-last-failure": (
        "delay-logged",
        """
        def fetch(call):
            for n in range(3):
                try:
                    return call()
                except OSError:
                    delay = 2**n + random.random()
                    logger.warning("waiting %s", delay)
                    time.sleep(delay)
        """,
    ),
    "another-clause-does-not-guard-the-last-call": (
        "last-unguarded",
        """
        def fetch(call):
            for _ in range(2):
                try:
                    return call()
                except TimeoutError:
                    return None
                except OSError:
                    time.sleep(1)
            return call()
        """,
    ),
    "no-attempt-at-all": (
        "no-attempt",
        """
        def fetch(call):
            left = 1
            while left > 1:
                try:
                    return call("first")
                except OSError:
                    left -= 1
                    time.sleep(1)
            raise TimeoutError
        """,
    ),
    "a-value-that-nothing-reads": (
        "value-unused",
        """
        def fetch(call, client):
            for n in range(3):
                try:
                    return call()
                except OSError:
                    if n == 2:
                        raise
                    _ = client.reconnect()
                    time.sleep(1)
        """,
    ),
    "another-clause-counts": (
        "counter-is-data",
        """
        def fetch(call):
            n = 0
            while True:
                try:
                    return call()
                except TimeoutError:
                    n += 1
                    raise KeyError
                except OSError:
                    n += 1
                    if n == 3:
                        raise
                    time.sleep(1)
        """,
    ),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case):
    refusal, text = LEFT_ALONE[case]
    check_unchanged(ID, program(text), refusal=refusal)


def reasons(text):
    return [reason for one in rewrite(ID, program(text)).findings for reason in one.reasons]


QUESTION = """
def fetch(call, transient):
    for n in range(3):
        try:
            return call()
        except OSError as error:
            {}
            time.sleep(1)
"""


@pytest.mark.parametrize(
    ("guard", "asked"),
    [
        ("if not transient(error) or n == 2: raise", True),
        ("if n == 2 or not transient(error): raise", False),
        ("if not transient(error): raise\n            if n == 2: raise", True),
        ("if n == 2: raise\n            if not transient(error): raise", False),
        ("if n == 2 or error.errno == 3: raise", True),
        ("if n == 2 or not isinstance(error, TimeoutError): raise", True),
    ],
)
def test_the_last_failure_may_not_be_asked(guard, asked):
    found = reasons(QUESTION.format(guard))
    assert found == (
        [] if asked else ["`not transient(error)` is asked about the last failure, too"]
    )


def test_one_clause_without_a_sleep():
    found = reasons("""
    def fetch(call):
        for n in range(3):
            try:
                return call()
            except TimeoutError:
                if n == 2:
                    raise
                time.sleep(4)
            except OSError:
                if n == 2:
                    raise
    """)
    assert found == ["where the delay is 0, tenacity calls `time.sleep(0)`"]


def test_one_sleep_of_two_blocks():
    found = reasons("""
    import asyncio


    async def fetch(call):
        for n in range(3):
            try:
                return await call()
            except TimeoutError:
                if n == 2:
                    raise
                await asyncio.sleep(4)
            except OSError:
                if n == 2:
                    raise
                time.sleep(2)
    """)
    assert "stops the event loop" in found[0]


def test_for_ever_there_is_no_last_failure():
    assert not reasons("""
    def fetch(call):
        while True:
            try:
                return call()
            except OSError as error:
                time.sleep(error.delay() + random.random())
    """)


def test_else_keeps_a_return_in_the_loop():
    made = rewrite(
        ID,
        program("""
        def fetch(call) -> str:
            while True:
                try:
                    return call()
                except OSError:
                    time.sleep(1)
            else:
                raise RuntimeError
        """),
    ).text
    assert "            return call()\n    else:\n" in made


def test_a_failure_that_only_some_clauses_store_is_stored_by_them(same_behaviour):
    before = program("""
        def fetch(call):
            failure = None
            for _ in range(3):
                try:
                    return call()
                except TimeoutError:
                    time.sleep(1)
                except OSError as error:
                    failure = error
                    time.sleep(1)
            raise failure
    """)
    made = rewrite(ID, before)
    said = [reason for one in made.findings for reason in one.reasons]
    assert "                failure = error\n                raise\n" in made.text
    same_behaviour(before.encode(), made.text.encode(), [TimeoutError, ConnectionError], said)


def test_types_of_all_clauses_that_a_delay_is_asked_of():
    made = rewrite(
        ID,
        program("""
        def fetch(call) -> str:
            for n in range(3):
                try:
                    return call()
                except TimeoutError as error:
                    if n == 2:
                        raise
                    time.sleep(error.errno)
                except OSError as error:
                    if n == 2:
                        raise
                    time.sleep(error.errno)
        """),
    ).text
    assert "assert isinstance(error, (TimeoutError, OSError))" in made
