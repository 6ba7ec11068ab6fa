"""A rewritten module passes mypy's strict mode where the original does."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from lever_fix.testing import rewrite

TYPED = Path(__file__).with_name("typed_loops.txt")

LOOP = ast.For | ast.While


@pytest.fixture(scope="module")
def result():
    return rewrite("retry-to-tenacity", TYPED.read_bytes())


def test_every_loop_is_rewritten(result):
    loops = [node for node in ast.walk(ast.parse(TYPED.read_bytes())) if isinstance(node, LOOP)]
    assert len(result.findings) == len(loops)
    assert not result.refusals


def test_the_rewritten_module_passes_as_well(result, tmp_path):
    Path(tmp_path, "before.py").write_bytes(TYPED.read_bytes())
    Path(tmp_path, "after.py").write_text(result.text)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "before.py", "after.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + result.text
