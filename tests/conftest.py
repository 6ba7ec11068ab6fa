"""Fixtures that many tests share: git repositories that no machine's settings reach."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

# So that what the harness asserts fails with both sides shown, as in a test.
pytest.register_assert_rewrite("lever_fix.testing")

_DATE = "2024-02-29T12:00:00+00:00"
_PERSON = {"NAME": "Ada Lovelace", "EMAIL": "ada@example.com", "DATE": _DATE}


@dataclass(frozen=True)
class GitRepo:
    """A real repository in a temporary directory."""

    path: Path

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        """What a git command prints; its failure fails the test."""
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.path, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, f"{command}: {os.fsdecode(done.stderr)}"
        return os.fsdecode(done.stdout).rstrip("\n")

    def write(self, path: str, data: bytes) -> Path:
        """Write a file, with the directories above it."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.path / path).read_bytes()

    def commit(self, files: dict[str, bytes], message: str = "Start") -> str:
        """Commit these files and return the commit."""
        for path, data in files.items():
            self.write(path, data)
            self.git("add", "--", path)
        self.git("commit", "-q", "-m", message)
        return self.head

    def hook(self, name: str, script: str) -> None:
        """Install a hook that the shell runs."""
        hook = Path(self.git("rev-parse", "--path-format=absolute", "--git-path", f"hooks/{name}"))
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)

    @property
    def head(self) -> str:
        """The commit HEAD stands at."""
        return self.git("rev-parse", "HEAD")

    @property
    def status(self) -> list[str]:
        """The lines of `git status --porcelain`."""
        return self.git("status", "--porcelain").splitlines()

    def subjects(self, span: str = "HEAD") -> list[str]:
        """Subjects of commits, newest first."""
        return self.git("log", "--format=%s", span).splitlines()


@pytest.fixture
def git_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No settings of the machine, a person and a time that never change, a private state folder."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for role in ("AUTHOR", "COMMITTER"):
        for fact, value in _PERSON.items():
            monkeypatch.setenv(f"GIT_{role}_{fact}", value)
    return monkeypatch


@pytest.fixture
def make_repo(git_environment: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., GitRepo]:
    """Make an empty repository, on the branch `main`, in a directory of this name."""

    def make(name: str = "repo", *options: str) -> GitRepo:
        repo = GitRepo(tmp_path / name)
        repo.path.mkdir(parents=True)
        repo.git("init", "-q", "-b", "main", *options)
        return repo

    return make


@pytest.fixture
def repo(make_repo: Callable[..., GitRepo]) -> GitRepo:
    """An empty repository on the branch `main`."""
    return make_repo()
