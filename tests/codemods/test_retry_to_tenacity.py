"""Retry loops: what is told apart, and how the rewritten code reads."""

import textwrap

import pytest

from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

ID = "retry-to-tenacity"
UNSAFE = Safety.UNSAFE

LOOP = """\
import time

ATTEMPTS = 3


def fetch(call):
    for attempt in range(ATTEMPTS):
        try:
            return call()
        except OSError:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(1)
"""

DECORATED = """\
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

ATTEMPTS = 3


@retry(
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_fixed(1),
    retry=retry_if_exception_type(OSError),
    reraise=True,
)
def fetch(call):
    return call()
"""


def text(source):
    return textwrap.dedent(source).lstrip("\n")


def after(source, **options):
    """What becomes of a text, its imports left out."""
    result = rewrite(ID, text(source), **options)
    assert result.findings, result.refusals
    lines = result.text.split("\n")
    code = ("def", "async", "@", "class", "#")
    start = next(at for at, line in enumerate(lines) if line.startswith(code))
    return "\n".join(lines[start:])


def argument(source, name):
    """The value of a keyword argument of the retry that becomes of a text."""
    found = [line.strip() for line in after(source).split("\n") if f" {name}=" in line]
    assert len(found) == 1, found
    return found[0].removeprefix(f"{name}=").removesuffix(",")


def test_decorator():
    check_rewrites(ID, LOOP, DECORATED)


def test_line_ends_stay():
    crlf = LOOP.replace("\n", "\r\n").encode()
    check_rewrites(ID, crlf, DECORATED.replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    ("head", "guard", "attempts"),
    [
        ("for n in range(4):", "n == 3", "4"),
        ("for n in range(4):", "n >= 3", "4"),
        ("for n in range(4):", "not n < 3", "4"),
        ("for n in range(4):", "3 == n", "4"),
        ("for n in range(1, 5):", "n == 4", "4"),
        ("for n in range(1, 5):", "n > 3", "4"),
        ("for n in range(4, 0, -1):", "n == 1", "4"),
        ("for n in range(4, 0, -1):", "n <= 1", "4"),
        ("for n in range(TRIES + 1):", "n == TRIES", "TRIES + 1"),
        ("for n in range(1, TRIES):", "n == TRIES - 1", "TRIES - 1"),
        ("for n in range(len(HOSTS)):", "n == len(HOSTS) - 1", "len(HOSTS)"),
        ("for n in itertools.count():", "n >= 5", "6"),
        ("for n in itertools.count(1):", "n == TRIES", "TRIES"),
    ],
)
def test_attempts_of_a_for_loop(head, guard, attempts):
    source = f"""
    import itertools, time
    TRIES, HOSTS = 4, [1]

    def fetch(call):
        {head}
            try:
                return call()
            except OSError:
                if {guard}:
                    raise
                time.sleep(1)
    """
    assert argument(source, "stop") == f"stop_after_attempt({attempts})"


@pytest.mark.parametrize(
    ("start", "head", "first", "guard", "last", "attempts"),
    [
        ("n = 0", "while True:", "n += 1", "n >= 3", "", "3"),
        ("n = 0", "while True:", "n += 1", "n > 3", "", "4"),
        ("n = 0", "while True:", "", "n == 3", "n += 1", "4"),
        ("n = 1", "while True:", "", "n == 3", "n += 1", "3"),
        ("n = 1", "while True:", "n += 1", "n > 3", "", "3"),
        ("n = 0", "while n < 3:", "n += 1", "n == 3", "", "3"),
        ("n = 0", "while n <= 3:", "", "n >= 3", "n += 1", "4"),
        ("n = 3", "while n > 0:", "n -= 1", "n == 0", "", "3"),
        ("n = 3", "while n:", "n -= 1", "not n", "", "3"),
        ("n = 3", "while True:", "", "n <= 0", "n -= 1", "4"),
        ("n = 3", "while True:", "n = n - 1", "n < 1", "", "3"),
        ("n = LIMIT", "while n >= 0:", "", "n == 0", "n = n - 1", "LIMIT + 1"),
    ],
)
def test_attempts_of_a_while_loop(start, head, first, guard, last, attempts):
    source = f"""
    import time

    def fetch(call):
        {start}
        {head}
            try:
                return call()
            except OSError:
                {first or "pass"}
                if {guard}:
                    raise
                time.sleep(1)
                {last or "pass"}
    """
    assert argument(source, "stop") == f"stop_after_attempt({attempts})"


@pytest.mark.parametrize(
    ("delay", "wait"),
    [
        ("2", "wait_fixed(2)"),
        ("DELAY", "wait_fixed(DELAY)"),
        ("2**n", "wait_exponential()"),
        ("2 ** (n + 1)", "wait_exponential(multiplier=2)"),
        ("2 ** (n - 1)", "wait_exponential(multiplier=0.5)"),
        ("1 << n", "wait_exponential()"),
        ("0.5 * 2**n", "wait_exponential(multiplier=0.5)"),
        ("3**n * DELAY", "wait_exponential(multiplier=DELAY, exp_base=3)"),
        ("min(2**n, 30)", "wait_exponential(max=30)"),
        ("min(DELAY, 2 * 2**n)", "wait_exponential(multiplier=2, max=DELAY)"),
        ("n + 1", "wait_incrementing(start=1, increment=1)"),
        ("5 * (n + 1)", "wait_incrementing(start=5, increment=5)"),
        ("1 + 2 * n", "wait_incrementing(start=1, increment=2)"),
        ("0.1 * (n + 1)", "lambda retry_state: 0.1 * retry_state.attempt_number"),
        ("DELAY * (n + 1)", "lambda retry_state: DELAY * retry_state.attempt_number"),
        ("max(1, 2**n)", "lambda retry_state: max(1, 2 ** (retry_state.attempt_number - 1))"),
        ("random.uniform(1, 2)", "wait_random(1, 2)"),
        ("random.random()", "wait_random(0, 1)"),
        ("random.random() * 3", "wait_random(0, 3)"),
        ("2**n + random.random()", "wait_exponential() + wait_random(0, 1)"),
        ("random.uniform(0, 1) + DELAY", "wait_fixed(DELAY) + wait_random(0, 1)"),
        ("random.uniform(0, 2**n)", "wait_random_exponential()"),
        ("random.uniform(0, min(9, 2**n))", "wait_random_exponential(max=9)"),
    ],
)
def test_waits(delay, wait):
    source = f"""
    import random, time
    DELAY = 2

    def fetch(call):
        for n in range(5):
            try:
                return call()
            except OSError:
                if n == 4:
                    raise
                time.sleep({delay})
    """
    assert argument(source, "wait") == wait


@pytest.mark.parametrize(
    ("start", "before", "behind", "wait"),
    [
        ("1", "", "delay *= 2", "wait_exponential()"),
        ("0.5", "", "delay = delay * 3", "wait_exponential(multiplier=0.5, exp_base=3)"),
        ("1", "", "delay = min(delay * 2, 9)", "wait_exponential(max=9)"),
        ("1", "", "delay = min(9, 2 * delay)", "wait_exponential(max=9)"),
        ("1", "delay *= 2", "", "wait_exponential(multiplier=2)"),
        ("1", "", "delay += 3", "wait_incrementing(start=1, increment=3)"),
        ("1", "delay += 3", "", "wait_incrementing(start=4, increment=3)"),
    ],
)
def test_delays_that_grow(start, before, behind, wait):
    source = f"""
    import time

    def fetch(call):
        delay = {start}
        for n in range(5):
            try:
                return call()
            except OSError:
                if n == 4:
                    raise
                {before or "pass"}
                time.sleep(delay)
                {behind or "pass"}
    """
    assert argument(source, "wait") == wait


def test_a_logged_whole_number_stays_one():
    source = """
    import time

    def fetch(call):
        for n in range(5):
            try:
                return call()
            except OSError:
                if n == 4:
                    raise
                delay = min(2**n, 8)
                print(delay)
                time.sleep(delay)
    """
    assert (
        argument(source, "wait")
        == "lambda retry_state: min(2 ** (retry_state.attempt_number - 1), 8)"
    )
    assert (
        argument(source, "before_sleep") == "lambda retry_state: print(retry_state.upcoming_sleep)"
    )


@pytest.mark.parametrize(
    ("condition", "predicate"),
    [
        ("e.status < 500", "e.status >= 500"),
        ("e.status not in RETRIED", "e.status in RETRIED"),
        ("not e.transient", "e.transient"),
        ("not is_transient(e)", "is_transient(e)"),
        ("is_fatal(e)", "not is_fatal(e)"),
        ("e.fatal or e.status == 404", "not e.fatal and e.status != 404"),
        ("e.fatal and e.status > LIMIT", "not (e.fatal and e.status > LIMIT)"),
    ],
)
def test_predicates(condition, predicate):
    source = f"""
    import time
    RETRIED, LIMIT = (), 9

    def fetch(call):
        for n in range(3):
            try:
                return call()
            except OSError as e:
                if {condition} or n == 2:
                    raise
                time.sleep(1)
    """
    made = after(source, options={}).replace("\n            ", " ").replace("\n        ", " ")
    assert f"lambda e: isinstance(e, OSError) and {predicate}" in made


def test_methods_keep_their_decorators_and_docstrings():
    assert after('''
    import functools, time

    class Client:
        @functools.cached_property
        def token(self) -> str:
            """The token."""
            for n in range(3):
                try:
                    return self.ask()
                except OSError:
                    if n == 2:
                        raise
                    time.sleep(1)
    ''') == text('''
    class Client:
        @functools.cached_property
        @retry(
            stop=stop_after_attempt(3),
            wait=wait_fixed(1),
            retry=retry_if_exception_type(OSError),
            reraise=True,
        )
        def token(self) -> str:
            """The token."""
            return self.ask()
    ''')


def test_comments_stay():
    made = after("""
    import time

    def fetch(call):
        # Three times.
        for n in range(3):  # noqa: B007
            try:
                # Ask.
                return call()  # now
            except OSError:  # the network
                if n == 2:
                    raise  # pragma: no cover
                # The server needs a while.
                time.sleep(1)
    """)
    assert made == text("""
    # Three times.
    # the network
    # The server needs a while.
    @retry(
        stop=stop_after_attempt(3),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(OSError),
        reraise=True,
    )
    def fetch(call):
        # Ask.
        return call()  # now
    """)


def test_several_lines_of_text_keep_their_indentation():
    made = after('''
    import time

    def fetch(call):
        for n in range(3):
            try:
                return call("""
    SELECT 1
      FROM x""")
            except OSError:
                if n == 2:
                    raise
                time.sleep(1)
    ''')
    assert '    return call("""\nSELECT 1\n  FROM x""")' in made


def test_log_lines_say_the_same_numbers():
    made = after("""
    import logging, time
    log = logging.getLogger(__name__)

    def fetch(call, name):
        for n in range(3):
            try:
                return call()
            except OSError as error:
                log.warning(f"{name}: attempt {n + 1} of {3!r} {{n}} {n} failed: {error!s:>9}")
                if n == 2:
                    raise
                time.sleep(1)
    """)
    assert (
        "attempt {retry_state.attempt_number} of {3!r} {{n}} {retry_state.attempt_number - 1}"
        in made
    )
    assert "{retry_state.outcome.exception()!s:>9}" in made


def test_loop_form_in_a_larger_function():
    assert after("""
    import time

    def load(call, settings):
        url = settings.url
        for n in range(settings.attempts):
            try:
                answer = call(url)
                break
            except (OSError, ValueError):
                if n == settings.attempts - 1:
                    raise
                time.sleep(settings.delay)
        return answer.text
    """) == text("""
    def load(call, settings):
        url = settings.url
        for attempt in Retrying(
            stop=stop_after_attempt(settings.attempts),
            wait=wait_fixed(settings.delay),
            retry=retry_if_exception_type((OSError, ValueError)),
            reraise=True,
        ):
            with attempt:
                answer = call(url)
        return answer.text
    """)


def test_what_success_does_moves_behind_the_loop():
    made = after("""
    import time

    def load(call, done):
        for n in range(3):
            try:
                answer = call()
            except OSError:
                if n == 2:
                    raise
                time.sleep(1)
            else:
                done(answer)
                return answer
    """)
    assert (
        made.endswith(
            text("""
            with attempt:
                answer = call()
        done(answer)
        return answer
    """).replace("        with", "        with", 1)
        )
        or "\n    done(answer)\n    return answer\n" in made
    )


def test_imports_in_the_style_of_the_file():
    made = rewrite(ID, "import tenacity\n" + LOOP + "\n\ntenacity.nap\n").text
    assert "@tenacity.retry(\n    stop=tenacity.stop_after_attempt(ATTEMPTS)," in made
    assert "from tenacity" not in made


@pytest.mark.parametrize("name", ["retry", "wait_fixed", "stop_after_attempt"])
def test_a_taken_name_is_not_imported(name):
    made = rewrite(ID, LOOP + f"\n\ndef {name}():\n    pass\n").text
    assert "import tenacity\n" in made
    assert "@tenacity.retry(" in made


def test_packages():
    (finding,) = rewrite(ID, LOOP).findings
    assert finding.fix is not None
    assert finding.fix.needs[0].packages == ("tenacity>=9",)


KEPT = """\
import time


def fetch(call):
    for n in range(3):
        try:
            return call()
        except OSError:
            time.sleep(n + 1)
"""


def test_the_last_sleep_is_kept_where_that_is_wanted():
    made = rewrite(ID, KEPT, options={"final-sleep": "keep"})
    (finding,) = made.findings
    assert finding.safety is Safety.SAFE
    assert (
        "retry_error_callback=lambda retry_state: time.sleep(retry_state.upcoming_sleep)"
        in made.text
    )
    (dropped,) = rewrite(ID, KEPT).findings
    assert dropped.safety is UNSAFE
    assert "sleeps once more" in dropped.reasons[0]


TEST_FILES = {
    'patch("shop.client.sleep")': "sleeps by `time.sleep`",
    'mocker.patch("client.sleep")': "sleeps by `time.sleep`",
    'monkeypatch.setattr("shop.client.sleep", f)': "sleeps by `time.sleep`",
    'monkeypatch.setattr("shop.client.ATTEMPTS", 1)': "reads at import",
    'monkeypatch.setattr(shop.client, "ATTEMPTS", 1)': "reads at import",
    'monkeypatch.setattr(unknown(), "ATTEMPTS", 1)': "reads at import",
}


@pytest.mark.parametrize("patch", [*TEST_FILES, 'patch("time.sleep")', 'patch("other.sleep")'])
def test_what_tests_replace(patch):
    source = LOOP.replace("import time", "from time import sleep").replace("time.sleep", "sleep")
    files = {
        "shop/__init__.py": "",
        "shop/client.py": source,
        "tests/test_client.py": f"import shop.client\n\n\ndef test_it():\n    {patch}\n",
    }
    (finding,) = rewrite(ID, files).findings
    reason = TEST_FILES.get(patch)
    assert (finding.safety is UNSAFE) is (reason is not None)
    assert reason is None or reason in finding.reasons[0]


@pytest.mark.parametrize(
    ("number", "reason"),
    [("attempts", "0 or less"), ("call.attempts", "0 or less"), ("int(call.n)", "0 or less")],
)
def test_a_number_of_attempts_that_may_be_0(number, reason):
    source = LOOP.replace("range(ATTEMPTS)", f"range({number})").replace(
        "ATTEMPTS - 1", f"{number} - 1"
    )
    source = source.replace("(call)", "(call, attempts)")
    if "int" in number:
        check_unchanged(ID, source, refusal="attempts-unclear")
        return
    (finding,) = rewrite(ID, source).findings
    assert reason in finding.reasons[0]


def test_clients_that_retry_are_pointed_at():
    source = """
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util.retry import Retry

    def session():
        made = requests.Session()
        made.mount("https://", HTTPAdapter(max_retries=Retry(3)))
        made.mount("http://", HTTPAdapter(max_retries=3))
        made.mount("ftp://", HTTPAdapter(max_retries=0))
        return made
    """
    found = rewrite(ID, text(source)).findings
    assert [one.safety for one in found] == [Safety.DISPLAY] * 2


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("yield call()", "yields"),
        ("return call(attempt)", "counter-is-data"),
        ("return call(call.urls[attempt])", "counter-is-data"),
        ("call()", "runs-on"),
        ("time.sleep(1); return call()", "sleeps-in-try"),
    ],
)
def test_attempts_that_are_none(statement, refusal):
    check_unchanged(ID, LOOP.replace("return call()", statement), refusal=refusal)


def test_the_rewritten_code_is_found_no_more_with_others():
    made = rewrite([ID, "celery-autoretry"], LOOP)
    assert {one.codemod for one in made.findings} == {ID}


AROUND = """
import time


def fetch(call, left, names):
    {before}
    {head}
        {start}
        while True:
            try:
                {attempt}
            except OSError as error:
                {failed}
                if left <= 0:
                    {last}
                    raise
                left -= 1
                time.sleep(1)
"""


def around(head="if names:", before="pass", start="pass", attempt="return call()", last="pass",
           failed="pass"):  # fmt: skip
    return text(AROUND.format(head=head, before=before, start=start, attempt=attempt, last=last,
                              failed=failed))  # fmt: skip


def test_a_countdown_in_a_larger_function():
    assert "stop_after_attempt(left + 1)" in after(around())


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        # The number left is one for all names.
        ({"head": "for name in names:"}, ""),
        # What an earlier round left is read by a later one.
        ({"head": "for name in names:", "start": "print(left); left = 3"}, "used-later"),
        ({"head": "for name in names:", "start": "left = 3 + 0 * left"}, ""),
        ({"before": "show = lambda: left", "last": "print(show())"}, "used-later"),
        ({"before": "global left", "head": "if call:"}, "skip"),
        ({"attempt": "return next(call)"}, "stop-iteration"),
        ({"attempt": "raise StopIteration"}, "stop-iteration"),
        ({"attempt": "return [call(left) for _ in names]"}, "counter-is-data"),
        ({"attempt": "return call(lambda: left)"}, "counter-is-data"),
    ],
)
def test_variables_that_others_see(parts, refusal):
    source = around(**parts)
    if refusal == "skip":
        source = source.replace("(call, left, names)", "(call, names)").replace(
            "if call:", "if names:"
        )
        refusal = ""
    check_unchanged(ID, source, refusal=refusal)


def test_callbacks_of_two_methods_of_one_name():
    method = """
        def fetch(self):
            for n in range(3):
                try:
                    return ask()
                except OSError:
                    print("failed", "again")
                    print(n)
                    if n == 2:
                        raise
                    time.sleep(1)
    """
    source = "import time\n\n" + "".join(
        f"\nclass {name}:{text(method).replace(chr(10), chr(10) + '    ')}\n" for name in "AB"
    )
    source = source.replace("class A:def", "class A:\n    def").replace(
        "class B:def", "class B:\n    def"
    )
    made = rewrite(ID, source)
    assert len(made.findings) == 2
    assert "def log_a_fetch_failure(" in made.text
    assert "def log_b_fetch_failure(" in made.text


def test_a_callback_does_not_take_a_name():
    source = LOOP.replace(
        "            if",
        "            print(attempt, 'failed')\n            print()\n            if",
    )
    source += "\n\ndef log_fetch_failure():\n    pass\n"
    rewritten = after(source)
    assert rewritten.count("def log_fetch_failure") == 1
    assert "except ConnectionError:\n        print" not in rewritten


def test_what_a_failure_sets_stays_in_the_clause():
    rewritten = after(around(failed="seen = str(error)", attempt="return call(seen)"))
    assert "seen = str(error)\n                    raise\n" in rewritten


def test_a_rejected_failure_is_not_taken_for_the_last():
    rejected = """
    import time

    def fetch(call):
        last = None
        for n in range(3):
            try:
                return call()
            except OSError as error:
                last = error
                if "busy" in str(error):
                    time.sleep(1)
                else:
                    raise
        raise RuntimeError(f"gave up: {last}")
    """
    rewritten = after(text(rejected))
    assert "last = error\n                raise\n" in rewritten
    assert "retry_error_callback=lambda _: None" in rewritten
    assert rewritten.endswith('    raise RuntimeError(f"gave up: {last}")\n')


@pytest.mark.parametrize(
    ("delay", "reason"),
    [
        ('int(error.headers["Retry-After"])', "is asked for the delay"),
        ("backoff(n)", "`backoff(n)` is asked for the delay"),
        ("DELAYS[n]", "is asked for the delay"),
        ("error.retry_after", ""),
        ("max(n, 1)", ""),
    ],
)
def test_delays_that_are_asked_for(delay, reason):
    source = LOOP.replace("except OSError:", "except OSError as error:")
    source = source.replace("attempt", "n").replace("sleep(1)", f"sleep({delay})")
    (finding,) = rewrite(ID, source).findings
    assert (finding.safety is UNSAFE) is bool(reason)
    assert reason in "".join(finding.reasons)
