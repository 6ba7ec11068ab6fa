"""Executed proof: the same rows with fewer statements, on real SQLAlchemy.

`LEVER_FIX_SQLALCHEMY_PYTHONS` names further interpreters (separated by the system's path
separator) with other versions of SQLAlchemy, aiosqlite, SQLModel, Pydantic and FastAPI; the same
programs run on each of them, too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest

CODEMODS = ("eager-load",)
PYTHONS = [
    sys.executable,
    *filter(None, os.environ.get("LEVER_FIX_SQLALCHEMY_PYTHONS", "").split(os.pathsep)),
]
SCRIPT = Path(__file__).with_name("orm_programs.py")


@lru_cache
def outcomes(python: str, programs: str) -> Mapping[str, Mapping]:
    done = subprocess.run(
        [python, SCRIPT], input=programs, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["outcomes"]


def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items()}


@pytest.fixture
def programs(snapshots) -> str:
    """Every program before and after, as the script takes them."""
    found = {}
    for one in snapshots:
        if one.codemod in CODEMODS:
            found[f"{one.path.name} before"] = texts(one.before)
            found[f"{one.path.name} after"] = texts(one.after)
    return json.dumps(found)


@pytest.mark.parametrize("python", PYTHONS)
def test_same_rows_with_fewer_queries(snapshot, programs, python):
    ran = outcomes(python, programs)
    old, new = ran[f"{snapshot.path.name} before"], ran[f"{snapshot.path.name} after"]
    assert (old["raised"], new["raised"]) == snapshot.raises
    before, after = snapshot.options["queries"]
    assert new["queries"] == after
    assert old["queries"] == before or old["raised"]  # 2.0 counts the statement that fails
    assert new["printed"], "nothing was printed to compare"
    if not old["raised"]:
        assert new["printed"] == old["printed"]
        assert (new["queries"] < old["queries"]) is not snapshot.left_alone


def test_enough_cases(snapshots):
    mine = [one for one in snapshots if one.codemod in CODEMODS]
    assert len(mine) >= 45
