"""Workers: the same results in the same order, whatever way they start; and how they end."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from lever_fix.engine import workers
from lever_fix.engine.chunks import balanced, portions, runs
from lever_fix.engine.turns import Turns
from lever_fix.engine.workers import Workers
from lever_fix.errors import LeverFixError, StoppedError


@pytest.fixture
def many(lab, monkeypatch):
    monkeypatch.setattr(workers, "PAYS_FROM", 0)
    chance = random.Random(4)
    for number in range(40):
        body = "x: Optional[int] = None\n" * chance.randrange(1, 30)
        lab.write({f"m{number:02}.py": f"from typing import Optional\n{body}"})
    lab.write({"bad.py": "from typing import Optional\nx: Optional[int]\ndef f(:\n"})
    lab.write({"odd.py": b"x = '\xff'\n"})
    lab.ids.append("optional-to-union")
    lab.replacing("wider", "int", "float")
    return lab


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_parallel_and_serial_runs_agree(many, monkeypatch, method):
    if method == "spawn":
        monkeypatch.setattr(workers.threading, "active_count", lambda: 2)
    elif sys.platform != "linux":
        pytest.skip("workers are forked on Linux only")
    run = many.run(jobs=3)
    parallel, serial = run.plan(), many.run(jobs=1).plan()
    assert run.workers._pool is not None
    assert parallel == serial
    assert len(parallel.problems) == 2
    made = many.settle(run=many.run(jobs=3))
    assert made.changes == many.settle().changes
    assert made.problems == many.settle().problems


@pytest.mark.parametrize("jobs", [1, 3])
def test_who_listens_hears_how_far_it_is_and_may_stop_it(many, jobs):
    run, heard = many.run(jobs=jobs), []
    run.workers.heard = lambda function, done, total: heard.append((done, total))
    run.plan()
    assert heard[-1] == (42, 42)
    assert len(heard) > 2
    assert heard == sorted(heard)

    def stop(function, done, total):
        raise StoppedError

    again = many.run(jobs=jobs)
    again.workers.heard = stop
    with pytest.raises(StoppedError):
        again.plan()
    again.workers.close()


def test_small_runs_start_no_worker(lab):
    lab.write({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    lab.replacing("two", "1", "2")
    run = lab.run(jobs=8)
    assert len(run.plan().findings) == 2
    assert run.workers._pool is None


@pytest.mark.parametrize(
    ("sizes", "count"),
    [
        pytest.param([], 4, id="none"),
        pytest.param([5], 4, id="one"),
        pytest.param([0] * 10, 3, id="empty files"),
        pytest.param([100, 1, 1, 1, 1, 1], 2, id="one giant"),
        pytest.param(list(range(200)), 6, id="many"),
    ],
)
def test_chunks_hold_everything_and_are_even(sizes, count):
    chunks = balanced(sizes, count)
    assert sorted(at for chunk in chunks for at in chunk) == list(range(len(sizes)))
    assert len(chunks) <= count
    loads = [sum(sizes[at] for at in chunk) for chunk in chunks]
    assert not loads or max(loads) - min(loads) <= max(sizes)
    if not any(sizes) and sizes:
        assert max(map(len, chunks)) - min(map(len, chunks)) <= 1


@pytest.mark.parametrize("count", [1, 2, 24])
@pytest.mark.parametrize("sizes", [[5], [0] * 40, [1, 900, 3, 3, 3], list(range(300)), [7] * 50])
def test_neighbours_stay_together(sizes, count):
    chunks = runs(sizes, count)
    assert [at for chunk in chunks for at in chunk] == list(range(len(sizes)))
    assert all(chunks)
    assert len(chunks) <= count
    most = sum(sizes) / count
    assert all(sum(sizes[at] for at in chunk[:-1]) <= most + 1 for chunk in chunks)


def test_a_killed_worker_is_an_error_and_no_hang(many):
    many.codemod("killer", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nyield")
    with pytest.raises(LeverFixError, match="a worker process died") as caught:
        many.run(jobs=2).plan()
    assert "--jobs 1" in caught.value.hint


def test_the_number_of_workers_is_bounded(many, monkeypatch):
    started = []

    class Pool:
        def __init__(self, count, *_):
            started.append(count)

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", Pool)
    Workers(many.run().workers.context, 500)._opened()
    assert started == [workers.MOST_WORKERS]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_neighbours_stay_together_and_every_chunk_is_taken_once(method):
    turns = Turns(multiprocessing.get_context(method), 3)
    for _ in range(2):
        deal = turns.deal(10)
        assert [turns.take(1, deal) for _ in range(3)] == [3, 4, 5]
        # Done with its own, it takes the last one of whoever has most left.
        assert [turns.take(1, deal) for _ in range(2)] == [9, 2]
        assert [turns.take(home, deal) for home in (0, 2, 0, 2, 2)] == [0, 6, 1, 7, 8]
        assert [turns.take(home, deal) for home in range(3)] == [None, None, None]


def test_work_that_was_given_up_takes_nothing_of_what_comes_after():
    turns = Turns(multiprocessing.get_context("fork"), 2)
    given_up, deal = turns.deal(4), turns.deal(2)
    assert turns.take(0, given_up) is None
    assert [turns.take(0, deal) for _ in range(3)] == [0, 1, None]


def test_workers_go_on_after_somebody_stopped_them(many):
    class StopError(Exception):
        pass

    def stop(*_):
        raise StopError

    items = list(range(60))
    sizes = [workers.PAYS_FROM] * len(items)
    with Workers(many.run().workers.context, 2) as own:
        own.heard = stop
        with pytest.raises(StopError):
            own.map(_held_up, items, sizes, int, together=True)
        own.heard = None
        found = own.map(_slowly_doubled, items, sizes, int, together=True)
    assert found == [2 * one for one in items]


def _held_up(bench, items):
    if 30 in items:  # the first that the second worker takes: it is still at it afterwards
        time.sleep(0.5)
    return items


def _slowly_doubled(bench, items):
    time.sleep(0.03)
    return _doubled(bench, items)


def test_fewer_chunks_than_workers():
    turns = Turns(multiprocessing.get_context("fork"), 4)
    deal = turns.deal(2)
    taken = [turns.take(home, deal) for home in range(4)]
    assert sorted(one for one in taken if one is not None) == [0, 1]


@pytest.mark.parametrize("together", [True, False])
def test_results_are_in_order_however_the_work_was_shared(many, together):
    with Workers(many.run().workers.context, 3) as own:
        items = list(range(500))
        for _ in range(2):
            sizes = [workers.PAYS_FROM] * len(items)
            found = own.map(_doubled, items, sizes, int, together=together)
            assert found == [2 * one for one in items]


def _doubled(bench, items):
    return [2 * one for one in items]


def test_the_pool_ends_with_the_run(many):
    with Workers(many.run().workers.context, 2) as own:
        own.map(_pids, [1, 2, 3, 4], [1, 1, 1, 1], int)
        pool = own._pool
    with pytest.raises(RuntimeError, match="shutdown"):
        pool.submit(print)


def _pids(bench, items):
    return [os.getpid() for _ in items]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_quietly(lab, jobs):
    for number in range(8):
        lab.write({f"m{number}.py": "x = 1\n" * 50_000})
    mark = lab.root / "started"
    lab.codemod("slow", f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(60)\nyield")
    command = [sys.executable, "-m", "lever_fix", "check", "--no-cache", "-j", str(jobs)]
    process = subprocess.Popen(
        [*command, "--codemod", "mods/slow.py", "-s", "slow", "--isolated", "."],
        cwd=lab.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == b""
    assert err == b"interrupted; every file is whole\n"


def test_the_users_escape_sequences_are_not_complained_about(lab):
    text = "from typing import Optional\nx: Optional[int] = '\\d'\ny = 1 is 1\ndef f[T](): ...\n"
    lab.write({"m.py": text})
    script = textwrap.dedent(
        """
        import sys
        sys.argv = ["lever-fix", "check", "--isolated", "--no-cache", "m.py"]
        from lever_fix.__main__ import main
        main()
        """
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", script], cwd=lab.root, capture_output=True, text=True
    )
    assert "Warning" not in done.stderr


def test_portions_are_worth_their_while(monkeypatch):
    monkeypatch.setattr("lever_fix.engine.chunks.PORTION", 10)
    sizes = {"a": 4, "b": 7, "c": 30, "d": 1}
    assert list(portions(list(sizes), sizes.__getitem__)) == [["a", "b"], ["c"], ["d"]]
    assert list(portions([], sizes.__getitem__)) == []
