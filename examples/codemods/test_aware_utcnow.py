"""What aware-utcnow rewrites, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lever_fix.model import Safety
from lever_fix.registry import load
from lever_fix.testing import check_rewrites, check_same_behaviour, check_unchanged

PATH = str(Path(__file__).parent / "aware_utcnow.py")
CASES = load([PATH])["aware-utcnow"].cases


@pytest.mark.parametrize("case", CASES, ids=[case.before.splitlines()[-1] for case in CASES])
def test_cases(case):
    options = {"extra": (PATH,), "target": case.target or "py311"}
    if case.after is None:
        check_unchanged("aware-utcnow", case.before, **options)
    else:
        check_rewrites("aware-utcnow", case.before, case.after, safety=case.safety, **options)


@pytest.mark.parametrize("part", ["year", "date()", "weekday()", "time().hour"])
def test_a_part_that_is_the_same_is_safe_and_prints_the_same(part):
    head = "from datetime import {}datetime\n\nprint(datetime.{}.{})\n"
    before = head.format("", "utcnow()", part)
    after = head.format("UTC, ", "now(UTC)", part)
    check_rewrites("aware-utcnow", before, after, extra=(PATH,))
    assert check_same_behaviour(before, after)


@pytest.mark.parametrize("part", ["timestamp()", "isoformat()", "tzinfo", "timetz()", "year()"])
def test_any_other_part_is_not(part):
    check_rewrites(
        "aware-utcnow",
        f"import datetime\n\nx = datetime.datetime.utcnow().{part}\n",
        f"import datetime\n\nx = datetime.datetime.now(datetime.UTC).{part}\n",
        safety=Safety.UNSAFE,
        reason="comparing it with a naive one raises TypeError",
        extra=(PATH,),
    )


def test_comments_and_line_ends_stay():
    check_rewrites(
        "aware-utcnow",
        b"import datetime\r\n\r\nx = datetime.datetime.utcnow(  # why\r\n)",
        b"import datetime\r\n\r\nx = datetime.datetime.now(datetime.UTC  # why\r\n)",
        safety=Safety.UNSAFE,
        extra=(PATH,),
    )


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("from datetime import datetime\n\nUTC = 1\nx = datetime.utcnow()\n", "name-taken"),
        ("from datetime import datetime\n\nf = datetime.utcnow\n", "not-called"),
        ("from own import datetime\n\nx = datetime.utcnow()\n", ""),
        ("def f(datetime):\n    return datetime.utcnow()\n", ""),
        ('"""Not datetime.utcnow()."""\n', ""),
        ("import datetime\n\n# datetime.datetime.utcnow()\n", ""),
    ],
)
def test_left_alone(text, refusal):
    check_unchanged("aware-utcnow", text, refusal=refusal, extra=(PATH,))
