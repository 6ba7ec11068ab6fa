"""Annotations found without a parse are judged exactly as those found by one."""

import importlib.util
from pathlib import Path

import pytest

from lever_fix import registry
from lever_fix.codemod import Module, Project
from lever_fix.domains import typing_uses
from lever_fix.sources import decode

ROOT = Path(__file__).parents[2]
IDS = ("optional-to-union", "builtin-generics")


def packages(*names):
    """The files of installed packages: real code with old annotations in it."""
    for name in names:
        spec = importlib.util.find_spec(name)
        yield from sorted(Path(spec.origin).parent.rglob("*.py"))


def judged(files, target):
    codemods = registry.load()
    rows = []
    for path in files:
        source = decode(str(path), path.read_bytes())
        for name in IDS:
            module = Module(source)
            rows += [(name, one) for one in codemods[name].function(module, Project(target))]
    return sorted(rows, key=repr)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(sorted((ROOT / "examples").rglob("*.py")), id="examples"),
        pytest.param(sorted((ROOT / "snapshots").rglob("before/*.py")), id="snapshots"),
        pytest.param(list(packages("libcst")), id="libcst"),
        pytest.param(list(packages("hypothesis", "git", "typer")), id="hypothesis-git-typer"),
    ],
)
@pytest.mark.parametrize("target", [(3, 9), (3, 11)])
def test_agrees_with_a_parse_of_every_statement(monkeypatch, files, target):
    fast = judged(files, target)
    monkeypatch.setattr(typing_uses, "annotation_ranges", lambda *_: None)
    slow = judged(files, target)
    assert len(fast) > 50
    assert fast == slow
