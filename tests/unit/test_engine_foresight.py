"""Rounds worked out ahead: taken where they are what a round asks for, and nowhere else."""

from __future__ import annotations

import msgspec
import pytest

from lever_fix.engine import cache, settle
from lever_fix.engine.foresight import ROUNDS_AHEAD, Forecast


@pytest.fixture
def lab(lab):
    lab.ahead = True
    return lab


@pytest.fixture
def asked(monkeypatch):
    """The files that rounds had to rewrite themselves."""
    paths: list[str] = []
    real = settle.rewrite_jobs

    def rewrite_jobs(bench, jobs):
        paths.extend(job.path for job in jobs)
        return real(bench, jobs)

    monkeypatch.setattr(settle, "rewrite_jobs", rewrite_jobs)
    return paths


def forecast(scanned):
    return msgspec.msgpack.decode(scanned.forecast, type=Forecast)


def texts(settled):
    return {change.path: change.after for change in settled.changes}


def test_a_round_takes_what_was_worked_out(lab, asked):
    lab.write({"a.py": "one = 1\n", "b.py": "x = 'one'\n"})
    lab.replacing("first", "one", "two", needs="names_bound=('one', 'two')")
    assert texts(lab.settle()) == {"a.py": b"two = 1\n", "b.py": b"x = 'two'\n"}
    assert asked == []


def test_what_follows_is_known_as_well(lab, asked):
    lab.write({"a.py": "x = 'one'\n"})
    lab.replacing("first", "one", "two")
    lab.replacing("second", "two", "three")
    run = lab.run()
    settled = lab.settle(run=run)
    assert texts(settled) == {"a.py": b"x = 'three'\n"}
    assert settled.rounds == 2
    assert asked == []


def test_a_finding_left_out_leaves_the_forecast_out(lab, asked):
    lab.write({"a.py": "x = 'one', 'one'\n", "b.py": "x = 'one'\n"})
    lab.replacing("first", "one", "two")
    settled = lab.settle(lambda one: one.path == "b.py" or one.span.start > 6, rounds=1)
    assert texts(settled) == {"a.py": b"x = 'one', 'two'\n", "b.py": b"x = 'two'\n"}
    assert asked == ["a.py"]


def test_a_finding_of_another_file_leaves_the_forecast_out(lab, asked):
    lab.write({"a.py": "x = 'one'\n", "b.py": "y = 'six'\n"})
    lab.replacing("first", "six", "ten")
    lab.codemod(
        "both",
        "yield module.finding(Span(0, 1), 'both', fix=Fix((Edit('a.py', 5, 8, 'two'), "
        "Edit('b.py', 0, 1, 'z')), (Needs('b.py', names_bound=('y', 'z')),)))",
        triggers=("one",),
    )
    assert texts(lab.settle()) == {"a.py": b"x = 'two'\n", "b.py": b"z = 'ten'\n"}
    assert "b.py" in asked


def test_what_fails_is_left_to_the_round(lab):
    lab.write({"a.py": "x = 'one'\n"})
    lab.replacing("broken", "one", "'(")
    run = lab.run()
    run.plan()
    assert run._scanned["a.py"].forecast == b""
    settled = lab.settle(run=run)
    assert settled.changes == []
    assert [one.codemod for one in settled.problems] == ["broken"]


def test_it_looks_no_further_than_a_few_rounds(lab):
    lab.write({"a.py": "x = 0\n"})
    lab.codemod(
        "feeds", "yield replaced(module, Span(0, 0), '# more\\n', comments_added=('# more',))"
    )
    run = lab.run()
    run.plan()
    scanned, rounds = run._scanned["a.py"], 0
    while scanned.forecast:
        rounds += 1
        scanned = forecast(scanned).scanned
    assert rounds == ROUNDS_AHEAD
    assert lab.settle(run=run).changes == []  # there is no end to it


def test_suppressed_findings_are_not_made(lab, asked):
    lab.write({"a.py": "x = 'one'  # lever: ignore[first]\ny = 'one'\n"})
    lab.replacing("first", "one", "two")
    after = b"x = 'one'  # lever: ignore[first]\ny = 'two'\n"
    assert texts(lab.settle()) == {"a.py": after}
    assert asked == ["a.py"]


def test_nothing_is_told_of_a_new_text_that_asks_about_the_project(lab):
    lab.write({"a.py": "x = 'one'\n"})
    lab.replacing("first", "one", "two")
    lab.codemod("asking", "project.index\nreturn\nyield", triggers=("two",), index=True)
    run = lab.run()
    run.plan()
    assert forecast(run._scanned["a.py"]).scanned is None
    assert texts(lab.settle(run=run)) == {"a.py": b"x = 'two'\n"}


def test_a_cache_holds_no_forecast(lab):
    lab.write({"a.py": "x = 'one'\n"})
    lab.replacing("first", "one", "two")
    run = lab.run(cache=True)
    run.plan()
    assert run._scanned["a.py"].forecast
    stored = cache.read(lab.root / ".cache", cache.key_of(run.workers.context))
    assert [one.forecast for one in cache.decode(stored.values())] == [b""]


def test_workers_send_it_along(lab, asked):
    lab.write({f"m{number}.py": "x = 'one'\n" + "# pad\n" * 20_000 for number in range(8)})
    lab.replacing("first", "one", "two")
    settled = lab.settle(run=lab.run(jobs=2))
    assert [change.after[:10] for change in settled.changes] == [b"x = 'two'\n"] * 8
    assert asked == []
