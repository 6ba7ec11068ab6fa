"""Run one command as a user would, and tell how long it took and how much memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
"""Where the tools of this environment are."""

_UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "FORCE_COLOR"}


@dataclass(frozen=True)
class Sample:
    """One run of a command.

    Attributes:
        seconds: From start to end of the whole process.
        megabytes: Peak of its largest process, workers included.
        processor: Seconds of processor time, those of its workers included.
    """

    seconds: float
    megabytes: float
    processor: float = 0.0


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
    environ = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    environ["XDG_STATE_HOME"] = str(state)
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{' '.join(command[:6])} ended with {process.returncode}:\n{said.decode()}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Sample(seconds, usage.ru_maxrss / unit, usage.ru_utime + usage.ru_stime)
