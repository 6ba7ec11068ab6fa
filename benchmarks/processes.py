"""Run one command as a user would, and tell how long it took and how much memory."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import resource
import subprocess
import sys
import termios
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
"""Where the tools of this environment are."""

_UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "FORCE_COLOR", "NO_COLOR"}
_SCREEN = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_ROWS, _COLUMNS = 40, 120
# What a terminal is told beside the text: colours, where to write next, and which modes it has.
_CONTROL = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[P_^].*?\x1b\\|[()].|[=>78])")


@dataclass(frozen=True)
class Sample:
    """One run of a command.

    Attributes:
        seconds: From start to end of the whole process.
        megabytes: Peak of its largest process, workers included.
        processor: Seconds of the processor that it took, with those of its workers that have ended.
    """

    seconds: float
    megabytes: float
    processor: float


def measured(
    command: Sequence[str], cwd: Path, state: Path, codes: Container[int] = (0, 1)
) -> Sample:
    """Run a command with its output thrown away.

    Args:
        command: Its words.
        cwd: Where it runs.
        state: Where a program may keep what it wants to remember.
        codes: Exit codes that mean it has done its work.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=_environment(state),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{' '.join(command[:6])} ended with {process.returncode}:\n{said.decode()}")
    return _sample(seconds, usage)


def measured_screen(
    command: Sequence[str], cwd: Path, state: Path, wanted: Sequence[str]
) -> Sample:
    """Run a command on a terminal until all of some texts are on its screen, and end it then."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (_ROWS, _COLUMNS))
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=_environment(state) | _SCREEN,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    drawn = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while not all(one in _text(drawn) for one in wanted) and (piece := os.read(ours, 1 << 16)):
            drawn += piece
    seconds = time.perf_counter() - start
    process.kill()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    os.close(ours)
    if missing := [one for one in wanted if one not in _text(drawn)]:
        sys.exit(f"{' '.join(command[:6])} never showed {missing}:\n{_text(drawn)}")
    return _sample(seconds, usage)


def _environment(state: Path) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return environ | {"XDG_STATE_HOME": str(state)}


def _sample(seconds: float, usage: resource.struct_rusage) -> Sample:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Sample(seconds, usage.ru_maxrss / unit, usage.ru_utime + usage.ru_stime)


def _text(drawn: bytes) -> str:
    return _CONTROL.sub(b"", drawn).decode("utf-8", "replace")
