"""A rewritten module passes mypy's strict mode where the original does."""

import subprocess
import sys
from pathlib import Path

import pytest

from lever_fix.testing import rewrite

TYPED = Path(__file__).with_name("typed_loops.py")


@pytest.fixture(scope="module")
def after():
    result = rewrite("retry-to-tenacity", TYPED.read_bytes())
    assert not result.refusals, result.refusals
    return result.text


def test_the_rewritten_module_passes_as_well(after, tmp_path):
    Path(tmp_path, "before.py").write_bytes(TYPED.read_bytes())
    Path(tmp_path, "after.py").write_text(after)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "before.py", "after.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + after


def test_every_loop_is_rewritten(after):
    assert "sleep(" not in after.replace("sleep=", "")
    assert TYPED.read_text().count("try:") == after.count("etrying(") + after.count("@retry(") - 1
