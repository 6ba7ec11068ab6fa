"""The codemod that the README shows as one of a user's own: its test passes where a user has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "codemods"


def test_the_example_passes_its_own_test(cli):
    for file in EXAMPLE.glob("*.py"):
        shutil.copy(file, cli.directory)
    options = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-c", os.devnull, "--rootdir=.", "-q")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_aware_utcnow.py"],
        cwd=cli.directory,
        env=cli.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "20 passed" in done.stdout
    assert "aware-utcnow" in cli("list", "--codemod", "aware_utcnow.py", code=0).out
