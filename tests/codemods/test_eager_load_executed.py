"""Executed proof: the same rows with fewer statements, on real SQLAlchemy.

`LEVER_FIX_SQLALCHEMY_PYTHONS` names further interpreters (separated by the system's path
separator) with other versions of SQLAlchemy, aiosqlite, SQLModel, Pydantic and FastAPI; the same
programs run on each of them, too.
"""

import importlib.util
import json
import os
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CODEMODS = ("eager-load",)
PYTHONS = [*filter(None, os.environ.get("LEVER_FIX_SQLALCHEMY_PYTHONS", "").split(os.pathsep))]
SCRIPT = Path(__file__).with_name("orm_programs.py")


@pytest.fixture(scope="module")
def programs() -> ModuleType:
    """The module beside this one, which `--import-mode=importlib` keeps off the path."""
    spec = importlib.util.spec_from_file_location(SCRIPT.stem, SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items()}


def check(snapshot: Any, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert (old["raised"], new["raised"]) == snapshot.raises
    before, after = snapshot.options["queries"]
    assert new["queries"] == after
    assert old["queries"] == before or old["raised"]  # 2.0 counts the statement that fails
    assert new["printed"], "nothing was printed to compare"
    if not old["raised"]:
        assert new["printed"] == old["printed"]
        assert (new["queries"] < old["queries"]) is not snapshot.left_alone


def test_same_rows_with_fewer_queries(snapshot, programs):
    check(snapshot, programs.run(texts(snapshot.before)), programs.run(texts(snapshot.after)))


@pytest.mark.parametrize("python", PYTHONS)
def test_the_same_on_another_version(python, snapshots):
    mine = [one for one in snapshots if one.codemod in CODEMODS]
    given = {f"{one.path.name} before": texts(one.before) for one in mine}
    given |= {f"{one.path.name} after": texts(one.after) for one in mine}
    done = subprocess.run(
        [python, SCRIPT], input=json.dumps(given), capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr
    ran = json.loads(done.stdout)["outcomes"]
    for one in mine:
        check(one, ran[f"{one.path.name} before"], ran[f"{one.path.name} after"])


def test_enough_cases(snapshots):
    mine = [one for one in snapshots if one.codemod in CODEMODS]
    assert len(mine) >= 45
