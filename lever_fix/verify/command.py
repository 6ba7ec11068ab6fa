"""Run the user's command in a directory, and end all of it when it takes too long."""

from __future__ import annotations

import contextlib
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LAST_LINES = 20
_TICK = 0.2
"""Seconds after which somebody who watches over a command is asked whether to go on."""
_READ = 256_000
"""Bytes from the end of the output that are looked at."""

# What pytest and unittest say of a test that failed, in their summaries.
_FAILED = re.compile(r"^(?:(?:FAILED|ERROR) (?P<pytest>\S+)|(?:FAIL|ERROR): (?P<unittest>.+))")


@dataclass(frozen=True)
class Outcome:
    """How one run of the command went.

    Attributes:
        status: Exit status; None where it took too long.
        seconds: How long it took.
        lines: The end of its output.
        failed: Names of the tests that failed, as far as the output tells.
    """

    status: int | None
    seconds: float
    lines: tuple[str, ...]
    failed: frozenset[str] = frozenset()

    @property
    def last_lines(self) -> str:
        """The last lines of the output."""
        return "\n".join(self.lines[-LAST_LINES:])

    @property
    def how(self) -> str:
        """How it ended, in words."""
        if self.status is None:
            return f"still running after {self.seconds:.0f} s"
        if self.status < 0:
            return f"ended by signal {-self.status}"
        return f"exit status {self.status}"

    def is_worse_than(self, before: Outcome) -> bool:
        """Whether something fails here that did not fail before."""
        ended_alike = self.status == before.status and self.failed <= before.failed
        return self.status != 0 and not ended_alike


def run_command(
    command: str,
    directory: Path,
    environment: Mapping[str, str],
    timeout: float = 0,
    tick: Callable[[], None] | None = None,
) -> Outcome:
    """Run a shell command; nothing it started is left running.

    Args:
        command: For the shell.
        directory: Where it runs.
        environment: All of its environment.
        timeout: Seconds until it is ended; 0 for never.
        tick: Called every now and then meanwhile; what it raises ends the command, too.
    """
    started = time.monotonic()
    # A file, not a pipe: whatever the command leaves running in the background could hold a pipe
    # open for ever.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            shell=True,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Of its own, so that all of it can be ended, and so that Ctrl-C reaches us alone.
            start_new_session=True,
        )
        status: int | None = None
        try:
            status = _waited(process, timeout, tick)
        finally:
            _end(process)
        lines = _lines(output)
    seconds = time.monotonic() - started
    failed = [match["pytest"] or match["unittest"] for match in map(_FAILED.match, lines) if match]
    return Outcome(status, seconds, lines, frozenset(failed))


def _waited(
    process: subprocess.Popen[bytes], timeout: float, tick: Callable[[], None] | None
) -> int | None:
    """The exit status of a process; None where it takes too long."""
    deadline = time.monotonic() + timeout if timeout else math.inf
    while True:
        left = max(0.0, deadline - time.monotonic())
        span = min(left, _TICK) if tick else left
        try:
            return process.wait(None if span == math.inf else span)
        except subprocess.TimeoutExpired:
            if time.monotonic() >= deadline:
                return None
        if tick:
            tick()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command with all it started."""
    if sys.platform == "win32":
        if process.poll() is None:
            tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _lines(output: IO[bytes]) -> tuple[str, ...]:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _READ))
    return tuple(output.read().decode("utf-8", "replace").splitlines())
