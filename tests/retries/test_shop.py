"""The example's own tests, after its retry loops are rewritten."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(folder, *command):
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_shop(tmp_path):
    shop = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", shop)
    run(shop, "lever_fix", "apply", "-s", "retry-to-tenacity", "--unsafe", "--allow-no-vcs", ".")
    rewritten = [path for path in shop.rglob("*.py") if b"tenacity" in path.read_bytes()]
    assert len(rewritten) >= 5, rewritten
    assert "tenacity" in (shop / "pyproject.toml").read_text()
    run(shop, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_worker.py",
        "tests/test_services.py")  # fmt: skip
    run(shop, "lever_fix", "check", "-s", "retry-to-tenacity", ".")
