"""A process pool over chunks balanced by bytes, used only where it pays.

What a worker needs to know of the run is a `Context`: plain values, so that it works under every
start method. Linux forks (2 ms a worker) as long as the process has one thread; elsewhere workers
are spawned and load the codemods again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from lever_fix import registry
from lever_fix.codemod import Codemod
from lever_fix.config import decode_options
from lever_fix.engine.chunks import balanced, runs
from lever_fix.engine.indexing import IndexData
from lever_fix.engine.turns import Turns
from lever_fix.errors import LeverFixError
from lever_fix.index.index import Index
from lever_fix.index.memory import Answers, Asked
from lever_fix.index.project import Project, no_index
from lever_fix.index.section import Section
from lever_fix.model import Finding, Safety, Value
from lever_fix.settings import Settings
from lever_fix.sources import SourceFile

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.context import BaseContext

Item = TypeVar("Item")
Result = TypeVar("Result")

PAYS_FROM = 600_000
"""Bytes of source below which starting a worker costs more than it saves (about 60 ms)."""

MOST_WORKERS = 61
"""Windows waits for no more handles than these."""

CHUNKS_PER_WORKER = 3
"""More even out unequal chunks, fewer save round trips."""

RUNS_PER_WORKER = 512
"""Chunks where neighbours stay together, which work does not even out: some have much to say. They
are all handed over at once, so that many cost nothing."""


Note = Callable[[SourceFile, Sequence[Finding]], bytes]
"""What a command wants said of a file's findings, worked out where they are found and kept with
them. A function of a module, so that a worker can find it."""


class Foresight(Value, frozen=True):
    """What a command will make of the findings, as far as it is known when they are made.

    Attributes:
        least: The lowest safety of a finding that it makes.
        order: The codemods, in the order that conflicts are settled in.
        first_party: Top-level packages of the project.
    """

    least: Safety
    order: tuple[str, ...]
    first_party: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """The codemods and settings that a set of files shares."""

    ids: tuple[str, ...]
    settings: Settings


@dataclass(frozen=True)
class Context:
    """All a worker needs to know of a run."""

    root: str
    extra: tuple[str, ...]
    groups: tuple[Group, ...]
    note: Note | None = None
    foresight: Foresight | None = None


@dataclass(frozen=True)
class Workbench:
    """A context made ready to work with: codemods loaded, options decoded."""

    root: Path
    codemods: tuple[tuple[Codemod, ...], ...]
    projects: tuple[Mapping[str, Project], ...]
    settings: tuple[Settings, ...]
    index: Index
    note: Note | None = None
    foresight: Foresight | None = None

    @cached_property
    def sections(self) -> tuple[Section[Any], ...]:
        """What the codemods want known of every file, each once."""
        every = (one for group in self.codemods for codemod in group for one in codemod.sections)
        return tuple({one.name: one for one in every}.values())


def prepare(context: Context, shared: IndexData | None = None) -> Workbench:
    """Load what a context names.

    Args:
        context: All that is to be known of the run.
        shared: What the index is made of, once there is one.

    Raises:
        LeverFixError: A codemod's options do not fit its type.
    """
    known = registry.load(context.extra, Path(context.root))
    chosen = tuple(tuple(known[name] for name in group.ids) for group in context.groups)
    index = shared.index() if shared else no_index()
    for codemod in (one for group in chosen for one in group if shared):
        index.tables.update({one.name: one for one in codemod.tables})
    projects = tuple(
        _Projects(codemods, group.settings, index)
        for codemods, group in zip(chosen, context.groups, strict=True)
    )
    settings = tuple(group.settings for group in context.groups)
    root, note, foresight = Path(context.root), context.note, context.foresight
    return Workbench(root, chosen, projects, settings, index, note, foresight)


class _Projects(dict[str, Project]):
    """What codemods may ask, by their ids, made when one of them has a file to look at.

    Options that somebody has set are decoded at once: what does not fit must not wait for a file.
    """

    def __init__(self, codemods: Sequence[Codemod], settings: Settings, index: Index) -> None:
        super().__init__()
        self._codemods = {codemod.id: codemod for codemod in codemods}
        self._settings, self._index = settings, index
        for name in self._codemods.keys() & settings.options.keys():
            self[name]

    def __missing__(self, name: str) -> Project:
        codemod, settings = self._codemods[name], self._settings
        kind = codemod.options
        options = decode_options(settings, name, kind) if kind else None
        index = self._index if codemod.index else no_index()
        self[name] = Project(
            settings.target, settings.line_length, options, settings.effects, index
        )
        return self[name]


Heard = Callable[[Callable[..., object], int, int], None]
"""Told of a function on how many of how many items it is done."""
_SOME = 16
"""Items that are done at once in this process where somebody wants to hear of them."""


@dataclass
class Workers:
    """Runs functions over items, in this process or in workers, results in order.

    Attributes:
        context: What they know of the run.
        jobs: How many processes may be used.
        bench: The same made ready, for the work that is done in this process.
        heard: Told how far a function is; what it raises ends the work.
    """

    context: Context
    jobs: int
    bench: Workbench = field(init=False)
    heard: Heard | None = None
    _pool: ProcessPoolExecutor | None = None
    _turns: Turns | None = None
    _shared: IndexData | None = None

    def __post_init__(self) -> None:
        self.bench = prepare(self.context)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker processes; they are started again if they are needed again."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _opened(self) -> ProcessPoolExecutor:
        """A pool of workers that know of the run."""
        method = _method()
        self._turns = Turns(method, min(self.jobs, MOST_WORKERS))
        return _start(self.context, self._shared, method, self._turns)

    def share(self, data: IndexData) -> None:
        """Give the codemods an index to ask, here and in workers started from now on."""
        self.close()
        self.bench = prepare(self.context, data)
        self._shared = dataclasses.replace(data, answers=_answers(self.bench))

    def map(
        self,
        function: Callable[[Workbench, list[Item]], list[Result]],
        items: Sequence[Item],
        sizes: Sequence[int],
        kind: type[Result],
        *,
        together: bool = False,
    ) -> list[Result]:
        """Apply a function to chunks of items.

        Args:
            function: Of a module, so that a worker can find it; gives a result for each item.
            items: What to work on.
            sizes: Bytes of source behind each item.
            kind: The msgspec type of a result, for the way back.
            together: Keep items that stand next to each other in one worker: files of a package
                ask for the same other files.
        """
        if self.jobs < 2 or len(items) < 2 or sum(sizes) < PAYS_FROM:
            return self._here(function, items)
        pool = self._pool = self._pool or self._opened()
        if together:
            chunks = runs(sizes, self.jobs * RUNS_PER_WORKER)
            return self._taken(function, items, chunks, kind)
        chunks = balanced(sizes, self.jobs * CHUNKS_PER_WORKER)
        decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        results: dict[int, Result] = {}
        with _told():
            futures = [pool.submit(_work, function, [items[at] for at in one]) for one in chunks]
            for chunk, future in zip(chunks, futures, strict=True):
                results.update(zip(chunk, decoder.decode(future.result()), strict=True))
                if self.heard:
                    self.heard(function, len(results), len(items))
        return [results[at] for at in range(len(items))]

    def _taken(
        self,
        function: Callable[[Workbench, list[Item]], list[Result]],
        items: Sequence[Item],
        chunks: Sequence[Sequence[int]],
        kind: type[Result],
    ) -> list[Result]:
        """Apply a function to chunks whose neighbours one worker is to have, as long as it can."""
        assert self._pool is not None
        assert self._turns is not None
        deal = self._turns.deal(len(chunks))
        decoder = msgspec.msgpack.Decoder(dict[int, list[kind]])  # type: ignore[valid-type]
        parts = [[items[at] for at in one] for one in chunks]
        results: dict[int, list[Result]] = {}
        with _told():
            futures = [
                self._pool.submit(_work_in_turns, function, parts, home, deal)
                for home in range(self._turns.count)
            ]
            for future in futures:
                results.update(decoder.decode(future.result()))
                if self.heard:
                    self.heard(function, sum(map(len, results.values())), len(items))
        return [one for at in range(len(chunks)) for one in results[at]]

    def _here(
        self, function: Callable[[Workbench, list[Item]], list[Result]], items: Sequence[Item]
    ) -> list[Result]:
        """Apply a function in this process; where somebody listens, to some items at a time."""
        if not self.heard:
            return function(self.bench, list(items))
        results: list[Result] = []
        for at in range(0, len(items), _SOME):
            results += function(self.bench, list(items[at : at + _SOME]))
            self.heard(function, len(results), len(items))
        return results


def _answers(bench: Workbench) -> Answers:
    """What the codemods work out over the whole project before any file is looked at."""
    answers: dict[Any, tuple[Any, tuple[Asked, ...]]] = {}
    done: set[str] = set()
    for codemods, projects in zip(bench.codemods, bench.projects, strict=True):
        for codemod in codemods:
            if codemod.prepare is not None and codemod.id not in done:
                done.add(codemod.id)
                index = projects[codemod.id].index
                answers.update(index.answers(codemod.prepare(index)))
    return answers


def default_jobs() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def hush_parser() -> None:
    """Keep the parser's opinion of the user's escape sequences to itself: nobody asked for it."""
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.filterwarnings("ignore", "invalid ", DeprecationWarning)


def _method() -> BaseContext:
    """How workers are started: forked where that is safe."""
    import multiprocessing

    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    _start_tracker()
    return multiprocessing.get_context("spawn")


def _start(
    context: Context, shared: IndexData | None, method: BaseContext, turns: Turns
) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor

    if method.get_start_method() == "fork":
        gc.freeze()  # a worker that never touches the parent's objects never copies their pages
    return ProcessPoolExecutor(turns.count, method, _initialise, (context, shared, turns))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say what it means that a worker is gone."""
    from concurrent.futures import BrokenExecutor

    try:
        yield
    except BrokenExecutor as error:
        raise LeverFixError(
            "a worker process died, killed from outside or by a codemod; nothing was written",
            "run with --jobs 1: it needs less memory, and shows where it happens",
        ) from error


def _start_tracker() -> None:
    """Start what spawned workers rely on; it inherits the real stream, whatever hides that."""
    if os.name != "nt":
        from multiprocessing import resource_tracker

        with contextlib.redirect_stderr(sys.__stderr__):
            resource_tracker.ensure_running()


_bench: Workbench | None = None
_turns: Turns | None = None


def _initialise(context: Context, shared: IndexData | None, turns: Turns) -> None:
    global _bench, _turns
    # Ctrl-C reaches the workers, too: they end without a word, the parent says what there is to.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    hush_parser()
    gc.disable()
    _bench, _turns = prepare(context, shared), turns


def _work(function: Callable[[Workbench, list[Any]], list[Any]], items: list[Any]) -> bytes:
    assert _bench is not None
    return msgspec.msgpack.encode(function(_bench, items))


def _work_in_turns(
    function: Callable[[Workbench, list[Any]], list[Any]],
    chunks: list[list[Any]],
    home: int,
    deal: int,
) -> bytes:
    """Work on chunks as long as there are any; the results by the number of the chunk."""
    assert _bench is not None
    assert _turns is not None
    results: dict[int, list[Any]] = {}
    while (at := _turns.take(home, deal)) is not None:
        results[at] = function(_bench, chunks[at])
    return msgspec.msgpack.encode(results)
