"""Every snapshot of a rewritten loop, and of one left alone, run under every script of failures."""

import builtins
from pathlib import Path

import pytest

from lever_fix.testing import rewrite

FOLDER = Path(__file__).parents[2] / "snapshots" / "retry-to-tenacity"
CASES = sorted(FOLDER.iterdir())


def failures(source: bytes):
    """Exceptions that a program's own classes make, of every status that it may look at."""
    space: dict[str, object] = {}
    exec(compile(source, "program.py", "exec", dont_inherit=True), space)
    kinds = [
        kind
        for kind in space.values()
        if isinstance(kind, type)
        and issubclass(kind, Exception)
        and kind.__name__ not in vars(builtins)
        and kind.__module__ == "builtins"
    ]
    found: list[object] = [ConnectionError, TimeoutError]
    for kind in kinds:
        if b"self.status" in source:
            found += [kind(503), kind(404)]
        else:
            found.append(kind)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_same_behaviour(case, same_behaviour):
    before = (case / "before" / "module.py").read_bytes()
    after = (case / "after" / "module.py").read_bytes()
    findings = rewrite("retry-to-tenacity", {"module.py": before}).findings
    reasons = [reason for one in findings for reason in one.reasons]
    if case.name == "async_with_a_blocking_sleep":
        assert "asyncio.sleep" in reasons[0]
    same_behaviour(before, after, failures(before), reasons)


def test_there_are_enough():
    left = [case for case in CASES if "why" in _options(case)]
    assert len(left) >= 30
    assert len(CASES) - len(left) >= 38


def _options(case: Path) -> str:
    file = case / "case.toml"
    return file.read_text() if file.exists() else ""
