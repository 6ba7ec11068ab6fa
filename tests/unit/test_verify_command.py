"""A command that is run, watched over, and ended."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from lever_fix.errors import StoppedError
from lever_fix.verify.command import run_command


def test_who_watches_over_a_command_may_end_it(tmp_path: Path):
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 2:
            raise StoppedError

    command = "echo $$ > pid; sleep 60"
    with pytest.raises(StoppedError):
        run_command(command, tmp_path, os.environ, tick=tick)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("tick", [None, lambda: None])
def test_a_command_has_its_time(tmp_path: Path, tick):
    late = run_command("sleep 60", tmp_path, os.environ, 0.5, tick)
    assert late.status is None
    assert 0.5 <= late.seconds < 30
    assert run_command("exit 3", tmp_path, os.environ, 30, tick).status == 3
    assert run_command("exit 3", tmp_path, os.environ, 0, tick).status == 3
