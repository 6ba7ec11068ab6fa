"""What is kept beside findings reads the same as what is worked out on the spot."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OLD = "from typing import List, Optional\n\n\ndef f(x: Optional[int]) -> List[str]: ...\n"


def check(folder, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "lever_fix", "check", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def project(folder):
    (folder / "app").mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (folder / "app" / "a.py").write_text(OLD)
    (folder / "app" / "b.py").write_text(OLD.replace("f(", "g("))
    return folder


def test_a_second_run_prints_the_same(tmp_path):
    root = project(tmp_path)
    first = check(root)
    assert first.count("app/a.py:") == 2
    assert check(root) == first == check(root, "--no-cache")


def test_paths_are_shown_from_where_the_command_is_given(tmp_path):
    root = project(tmp_path)
    check(root)
    assert "\na.py:4:10: " in "\n" + check(root / "app", ".")
    assert "../app/a.py" not in check(root / "app", ".")


def test_colour_is_not_taken_from_what_was_kept(tmp_path):
    root = project(tmp_path)
    plain = check(root)
    coloured = check(root, FORCE_COLOR="1")
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain


def test_fewer_findings_of_a_file_are_worked_out_anew(tmp_path):
    root = project(tmp_path)
    check(root)
    only = check(root, "-s", "optional-to-union")
    assert "builtin-generics" not in only
    assert only.count("app/a.py:") == 1
