"""A campaign on a real dask cluster: the same result as here, also where a worker is killed."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
import time

import pytest

from lever_fix.bulk.executors import inline
from lever_fix.bulk.order import Stage
from lever_fix.bulk.run import Asked, run_campaign
from lever_fix.bulk.state import state_file

distributed = pytest.importorskip(
    "distributed", reason="the extra lever-fix[dask] is not installed"
)

PYTHON = shlex.quote(sys.executable)
MODULE = "from typing import Optional\n\n\ndef f{n}(x: Optional[int]) -> None: ...\n"


@pytest.fixture
def cluster(git_environment, tmp_path):
    """Two worker processes; each inherits the test's environment."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    ) as started:
        yield started


@pytest.fixture
def fleet(make_repo, tmp_path):
    def make(count, **files):
        for n in range(count):
            repo = make_repo(f"svc{n:02}")
            repo.commit(
                {
                    "m.py": MODULE.format(n=n).encode(),
                    **{path: text.encode() for path, text in files.items()},
                }
            )

    return make


def campaign(directory, name, **keys):
    file = directory / f"{name}.toml"
    text = 'repositories = ["svc*"]\nbranch = "modern"\n'
    file.write_text(text + "".join(f"{key} = {value!r}\n" for key, value in keys.items()))
    return file


def result(rows):
    return [(row.name, row.stage, row.error, row.outcome.patch, row.outcome.plan) for row in rows]


def test_forty_repositories_come_out_the_same(fleet, cluster, tmp_path):
    fleet(40)

    there = run_campaign(
        campaign(tmp_path, "there"), Asked(scheduler=cluster.scheduler_address), lambda _: None
    )
    here = run_campaign(campaign(tmp_path, "here"), Asked(only="svc1*"), lambda _: None, inline)
    assert result(there[10:20]) == result(here)
    assert [row.stage for row in there] == [Stage.COMMITTED] * 40
    assert state_file(tmp_path / "there.toml").exists()


def test_the_work_of_a_killed_worker_is_done_elsewhere(fleet, cluster, tmp_path):
    victim = tmp_path / "victim"
    check = (
        f"import os, pathlib, time, m\nvictim = pathlib.Path({str(victim)!r})\n"
        "if not victim.exists():\n"
        # The command's shell, where it is still there, is a child of the worker.
        "    above = os.getppid()\n"
        "    if 'python' not in open(f'/proc/{above}/cmdline').read().split(chr(0))[0]:\n"
        "        stat = open(f'/proc/{above}/stat').read()\n"
        "        above = int(stat.rpartition(')')[2].split()[1])\n"
        "    victim.write_text(str(above))\n"
        "    time.sleep(120)\n"
    )
    fleet(6, **{"check.py": check})
    file = campaign(tmp_path, "there", verify=f"{PYTHON} check.py")
    killed = []

    def kill():
        deadline = time.monotonic() + 60
        while not victim.exists() or not victim.read_text():
            if time.monotonic() > deadline:
                return
            time.sleep(0.05)
        pid = int(victim.read_text())
        if pid in {worker.pid for worker in cluster.workers.values()}:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    rows = run_campaign(file, Asked(scheduler=cluster.scheduler_address), lambda _: None)
    thread.join()
    assert len(killed) == 1
    assert [(row.stage, row.error) for row in rows] == [(Stage.COMMITTED, "")] * 6


def test_no_scheduler_answers(fleet, tmp_path):
    fleet(1)
    from lever_fix.errors import BulkError

    with pytest.raises(BulkError, match="no dask scheduler answers"):
        run_campaign(
            campaign(tmp_path, "there"), Asked(scheduler="tcp://127.0.0.1:9"), lambda _: None
        )
