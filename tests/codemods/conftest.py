"""The folders under `snapshots/<codemod>/<case>`: source before, source after, and why.

A test with an argument `snapshot` runs for each, or for those of the codemods that its module
names in `CODEMODS`.
"""

import importlib.util
import sys
import tomllib
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from lever_fix.registry import SHIPPED, load

SNAPSHOTS = SHIPPED.parent / "snapshots"
SHARED = "_shared"
"""The folder beside the cases of a codemod with the files that they have in common."""


@dataclass(frozen=True)
class Snapshot:
    """One case: `before/` and `after/` hold the same files; `case.toml` holds what is not usual."""

    codemod: str
    path: Path

    @property
    def id(self) -> str:
        return f"{self.codemod}/{self.path.name}"

    @property
    def before(self) -> dict[str, bytes]:
        return {**self.shared, **_texts(self.path / "before")}

    @property
    def after(self) -> dict[str, bytes]:
        return {**self.shared, **_texts(self.path / "after")}

    @property
    def shared(self) -> dict[str, bytes]:
        """The files that every case of the codemod has, unless it brings its own."""
        return _texts(self.path.parent / SHARED)

    @cached_property
    def options(self) -> dict[str, Any]:
        """What is not usual of a case.

        `why` it is left alone, the least `safety`, the `target`; what importing it `raises` before
        and after; `type-checking` where its hints resolve only with what a type checker sees;
        how many `queries` it runs before and after; the codemod's own `options`.
        """
        file = self.path / "case.toml"
        return tomllib.loads(file.read_text()) if file.exists() else {}

    @property
    def left_alone(self) -> bool:
        return "why" in self.options

    @property
    def raises(self) -> tuple[str, str]:
        """What importing the files raises before and after; empty for nothing."""
        before, after = self.options.get("raises", ("", ""))
        return before, after


def all_snapshots() -> list[Snapshot]:
    """Every case of every codemod, in order."""
    return [
        Snapshot(name, path)
        for name in load()
        if (SNAPSHOTS / name).is_dir()
        for path in sorted((SNAPSHOTS / name).iterdir())
        if path.name != SHARED
    ]


def pytest_generate_tests(metafunc):
    if "snapshot" in metafunc.fixturenames:
        names = getattr(metafunc.module, "CODEMODS", None)
        found = [one for one in all_snapshots() if names is None or one.codemod in names]
        metafunc.parametrize("snapshot", found, ids=lambda one: one.id)


@pytest.fixture
def snapshots() -> list[Snapshot]:
    return all_snapshots()


def _texts(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.py"))
    }


def _beside(name: str) -> types.ModuleType:
    """A module beside this one, which `--import-mode=importlib` keeps off the path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run_program() -> Callable[..., Any]:
    """Run the `main()` of some files on a clock of its own; see `virtual.py`."""
    run: Callable[..., Any] = _beside("virtual").run
    return run


@pytest.fixture(scope="session")
def http_programs() -> types.ModuleType:
    """The module `http_programs.py`."""
    return _beside("http_programs")


@pytest.fixture(scope="session")
def http_server():
    """A server to send requests to, and what it has seen."""
    server = _beside("http_server").start()
    yield server
    server.socket.close()
