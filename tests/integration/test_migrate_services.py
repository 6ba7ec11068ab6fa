"""`examples/migrate_services.py` does what its docstring says, and leaves code that works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "examples" / "migrate_services.py"


def git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=directory, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_script(tmp_path, environment):
    base = tmp_path / "services"
    done = subprocess.run(
        [sys.executable, SCRIPT, base], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "billing (all of it): 6 of 6 on modern-annotations" in done.stdout
    assert "catalogue (all but its public interface): 3 of 3 on" in done.stdout
    assert "legacy (as far as its tests go along): 3 of 4 on" in done.stdout
    assert "left out, as its test fails with it: legacy.py" in done.stdout
    for name in ("billing", "catalogue"):
        assert git(base / name, "branch", "--show-current") == "modern-annotations"
        subjects = git(base / name, "log", "--format=%s", "main..").splitlines()
        assert len(subjects) == 2
        assert all(one.startswith("refactor: Write ") for one in subjects)
        subprocess.run([sys.executable, "check.py"], cwd=base / name, check=True)
    assert "Optional[int]" in (base / "catalogue/catalogue/api/__init__.py").read_text()
    assert "Optional" not in (base / "catalogue/catalogue/store.py").read_text()
    assert git(base / "legacy", "branch", "--show-current") == "main"
    assert git(base / "legacy", "status", "--porcelain", "--untracked-files=no") == ""
