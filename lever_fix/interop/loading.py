"""Executes the file or module that a codemod's name names: what the user names, nothing else."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from lever_fix.errors import CodemodError, LeverFixError, failure
from lever_fix.interop.bowler_install import held_back, require_bowler
from lever_fix.interop.quiet import quiet

_BOWLER = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:bowler|fissix)\b", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A module, and the Bowler queries that it ran, or would have run, while it was executed.

    Attributes:
        module: The module.
        queries: The queries; none of them has read or written a file.
    """

    module: ModuleType
    queries: tuple[Any, ...] = ()


@functools.cache
def load_file(path: str) -> Loaded:
    """Execute a codemod's file, once per process.

    Raises:
        CodemodError: The file cannot be read or executed; names it and the line.
    """
    name = "lever_fix_codemods." + Path(path).stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise CodemodError(f"{path}: no such codemod file", "name it as PATH.py or PATH.py:NAME")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader = spec.loader
    queries, error = _executed(path, lambda: loader.exec_module(module))
    if isinstance(error, LeverFixError):
        raise error
    if error is not None:
        said = error.msg if isinstance(error, SyntaxError) else error
        raise CodemodError(
            f"{path}:{line_of(path, error)}: {type(error).__name__}: {said}", "mend the codemod"
        ) from error
    return Loaded(module, queries)


@functools.cache
def load_module(name: str) -> Loaded:
    """Import a module that holds codemods.

    Raises:
        CodemodError: It cannot be imported.
    """
    modules: list[ModuleType] = []

    def execute() -> None:
        modules.append(importlib.import_module(name))

    place: list[str] = []

    def locate() -> None:
        spec = importlib.util.find_spec(name)
        place.append((spec and spec.origin) or "")

    _, error = _executed("", locate)
    queries: tuple[Any, ...] = ()
    if error is None:
        queries, error = _executed(place[0], execute)
    if isinstance(error, LeverFixError):
        raise error
    if error is not None:
        raise CodemodError(
            f"codemods: cannot import '{name}': {type(error).__name__}: {error}",
            "name a file that ends in .py, or a module that is installed beside lever-fix",
        ) from error
    return Loaded(modules[0], queries)


def _executed(path: str, step: Callable[[], None]) -> tuple[tuple[Any, ...], Exception | None]:
    """What a file's execution leads to: the Bowler queries it ran, or an error."""
    if not _uses_bowler(path):

        def silently() -> None:
            with quiet():
                step()

        return (), failure(silently)
    queries: list[Any] = []

    def without_running() -> None:
        require_bowler(path)
        # Scripts read the paths they run on from the command line; ours is not theirs.
        with quiet(), held_back() as ran, _arguments(path):
            step()
        queries.extend(ran)

    error = failure(without_running)
    return tuple(queries), error


@contextlib.contextmanager
def _arguments(path: str) -> Iterator[None]:
    before = sys.argv
    sys.argv = [path]
    try:
        yield
    finally:
        sys.argv = before


def _uses_bowler(path: str) -> bool:
    try:
        return path.endswith(".py") and bool(_BOWLER.search(Path(path).read_bytes()))
    except OSError:
        return False


def line_of(path: str, error: BaseException) -> int:
    """The last line of `path` on the way to an error."""
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    line, frame = 1, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == path:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
