"""The `git` command on repositories of strangers: nothing of theirs runs, and nothing asks."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lever_fix.errors import BulkError
from lever_fix.vcs import FOREIGN

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    # A bare repository among the files of another must not be taken for one, with its settings.
    "safe.bareRepository": "explicit",
    "protocol.ext.allow": "never",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "advice.detachedHead": "false",
    "submodule.recurse": "false",
}
_LINES = 8
_SECRET = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^/@\s]+@")


def quiet_environment() -> dict[str, str]:
    """Variables that make every git command below deaf to hooks, monitors and terminals."""
    environment = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    # Large files stay pointers: a repository's `.lfsconfig` may name any server to ask for them.
    environment["GIT_LFS_SKIP_SMUDGE"] = "1"
    # Behind what the user says in this way, such as how to get at a server: the last one counts.
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    environment["GIT_CONFIG_COUNT"] = str(first + len(_SETTINGS))
    for number, (key, value) in enumerate(_SETTINGS.items(), first):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return environment


@contextmanager
def quietly(moment: str = "") -> Iterator[None]:
    """The environment of this process set so that all that runs git here runs it so.

    Args:
        moment: The time of commits made meanwhile.
    """
    wanted = quiet_environment()
    if moment:
        wanted |= {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    before = {name: os.environ.get(name) for name in (*wanted, *FOREIGN)}
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def git(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> bytes:
    """What a git command prints.

    Raises:
        BulkError: It failed; the message has its words.
    """
    own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            env=own | quiet_environment() | {"LC_ALL": "C"} | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise BulkError(f"git cannot be run: {error.strerror}", "install git") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-_LINES:]
        raise BulkError(without_secrets(f"git {arguments[0]} failed: " + "\n".join(said)))
    return done.stdout


def word(*arguments: str, cwd: Path | None = None) -> str:
    """What a git command prints, where that is one line.

    Raises:
        BulkError: It failed.
    """
    return os.fsdecode(git(*arguments, cwd=cwd).rstrip(b"\n"))


def remote_commit(url: str, reference: str) -> str:
    """The commit that a reference of a remote repository stands at.

    Raises:
        BulkError: There is no such repository or reference.
    """
    listed = os.fsdecode(git("ls-remote", "--end-of-options", url, reference, f"{reference}^{{}}"))
    # A name is also the end of others: `main` is asked for, and `feature/main` is listed, too.
    found = {name: commit for commit, _, name in (line.partition("\t") for line in _lines(listed))}
    for name in (reference, f"refs/heads/{reference}", f"refs/tags/{reference}"):
        # What an annotated tag stands for comes with the tag itself.
        commit = found.get(f"{name}^{{}}") or found.get(name)
        if commit:
            return commit
    hint = "make a first commit" if reference == "HEAD" else "name a branch or a tag that it has"
    raise BulkError(f"{without_secrets(url)}: it has no {reference}", hint)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def without_secrets(text: str) -> str:
    """A URL, or a message with URLs in it, without the user names and passwords in them."""
    return _SECRET.sub(r"\1", text)
