"""The command line as a user has it: a process, a directory, three streams."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """What a command led to."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Cli:
    """Runs `python -m lever_fix` in a directory."""

    directory: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: str, code: int | None = None, **options) -> Done:
        command = [sys.executable, "-m", "lever_fix", *arguments]
        environment = {**self.environment, **options.pop("env", {})}
        directory = self.directory / options.pop("cwd", ".")
        stdin = options.pop("stdin", b"")
        done = subprocess.run(
            command, cwd=directory, env=environment, capture_output=True, input=stdin, check=False
        )
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.err, result.err
        if code is not None:
            assert result.code == code, result
        return result

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for path, data in files.items():
            file = self.directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)

    def text(self, path: str) -> str:
        return (self.directory / path).read_text()


@pytest.fixture
def environment(git_environment: pytest.MonkeyPatch) -> dict[str, str]:
    """The test's environment, with nothing in it that colours or configures."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LEVER_FIX_TRACEBACK"}
    }
    return {**environment, "PYTHONPATH": str(ROOT), "TERM": "xterm"}


@pytest.fixture
def outside(tmp_path: Path, environment: dict[str, str]) -> Cli:
    """The command line in a directory outside git."""
    directory = tmp_path / "plain"
    directory.mkdir()
    return Cli(directory, environment)


@pytest.fixture
def cli(repo, environment: dict[str, str]) -> Cli:
    """The command line in an empty git repository."""
    return Cli(repo.path, environment)


@pytest.fixture
def commit(cli: Cli, repo) -> Callable[[Mapping[str, str]], None]:
    """Write files and commit them."""

    def commit(files: Mapping[str, str]) -> None:
        cli.write(files)
        repo.git("add", "--all")
        repo.git("commit", "-q", "-m", "State")

    return commit
