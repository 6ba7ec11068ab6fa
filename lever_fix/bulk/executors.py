"""Where a campaign's work is done: processes of this machine, or a dask cluster.

An executor is a function: it applies a function of a module to items of bytes and yields each
item's place with its result as they come, in any order. A worker that dies takes nothing with it:
its items are done again elsewhere, a few times, and then given up as lost.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from lever_fix.engine.workers import default_jobs, hush_parser
from lever_fix.errors import BulkError

Work = Callable[[bytes], bytes]
ATTEMPTS = 3
"""How often an item is tried whose worker dies."""
_GRACE = 10
"""Seconds that a worker has to tidy up when it is no longer wanted."""


@dataclass(frozen=True)
class Lost:
    """An item whose workers died, every time."""

    error: str


Results = Iterator[tuple[int, bytes | Lost]]
Executor = Callable[[Work, Sequence[bytes]], Results]


def inline(work: Work, items: Sequence[bytes]) -> Results:
    """This process, one item after the other: an executor for tests and measurements."""
    return ((at, work(item)) for at, item in enumerate(items))


def local(jobs: int = 0) -> Executor:
    """Processes of this machine.

    Args:
        jobs: How many; 0 for as many as there are processors.
    """

    def run(work: Work, items: Sequence[bytes]) -> Results:
        workers = min(jobs or default_jobs(), len(items)) or 1
        waiting = deque(range(len(items)))
        while waiting:
            suspects: list[int] = []
            yield from _pooled(work, items, waiting, workers, suspects)
            # Nobody knows which of those at work was to blame: each is tried again by itself.
            for at in suspects:
                yield at, _alone(work, items, at)

    return run


def _alone(work: Work, items: Sequence[bytes], at: int) -> bytes | Lost:
    for _ in range(ATTEMPTS - 1):
        for _, result in _pooled(work, items, deque([at]), 1, []):
            return result
    return Lost("a worker process died")


def _pooled(
    work: Work, items: Sequence[bytes], waiting: deque[int], workers: int, suspects: list[int]
) -> Results:
    """Work items off until none waits or a worker dies; tells which were at work then."""
    # Spawned: the parent may have threads, and a worker sets its own environment.
    method = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, method, _prepare) as pool:
        running: dict[Future[bytes], int] = {}
        try:
            while (waiting and not suspects) or running:
                while waiting and not suspects and len(running) < workers:
                    try:
                        running[pool.submit(work, items[waiting[0]])] = waiting[0]
                    except BrokenExecutor:
                        break  # one died since the last look; who was at work, `running` tells
                    waiting.popleft()
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    at = running.pop(future)
                    error = future.exception()
                    if isinstance(error, BrokenExecutor):
                        suspects.append(at)
                    elif error is not None:
                        yield at, Lost(f"{type(error).__name__}: {error}")
                    else:
                        yield at, future.result()
        except (KeyboardInterrupt, GeneratorExit):
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _prepare() -> None:
    hush_parser()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the campaign's process is no more, even by `kill -9`.

    The pipes between them do not tell: each worker holds their other ends, too.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    if sys.platform != "win32":
        os.kill(os.getpid(), signal.SIGTERM)  # what is at work tidies up, and ends its command
        time.sleep(_GRACE)
    os._exit(1)


def dask(jobs: int = 0, scheduler: str = "") -> Executor:
    """A dask cluster: the one at an address, or one of processes of this machine.

    Args:
        jobs: Processes of an own cluster; 0 for as many as there are processors.
        scheduler: Address of a running one, such as `tcp://host:8786`.

    Raises:
        BulkError: dask is not installed.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise BulkError(
            "the executor dask needs dask.distributed", "pip install 'lever-fix[dask]'"
        ) from error

    def run(work: Work, items: Sequence[bytes]) -> Results:
        with _client(distributed, jobs or default_jobs(), scheduler) as client:
            futures = client.map(work, items, pure=False, retries=0)
            places = {future.key: at for at, future in enumerate(futures)}
            for future in distributed.as_completed(futures):
                error = future.exception() if future.status == "error" else None
                at = places[future.key]
                if error is not None:
                    yield at, Lost(f"{type(error).__name__}: {error}")
                else:
                    yield at, future.result()
                future.release()

    return run


@contextlib.contextmanager
def _client(distributed: Any, jobs: int, scheduler: str) -> Iterator[Any]:
    settings: Any = importlib.import_module("dask.config")
    with settings.set({"distributed.scheduler.allowed-failures": ATTEMPTS}):
        if scheduler:
            with _connected(distributed, scheduler) as client:
                yield client
            return
        # One order at a time in each process: an order sets the environment it runs in.
        options: dict[str, Any] = {"n_workers": jobs, "threads_per_worker": 1}
        # Its workers complain aloud when the cluster is taken from under them at the end.
        options |= {"dashboard_address": None, "silence_logs": logging.CRITICAL}
        with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
            yield client


def _connected(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        raise BulkError(
            f"{scheduler}: no dask scheduler answers: {error}", "start one with: dask scheduler"
        ) from error
