"""What tests of retry loops have in common: a world to run them in, and loops without end."""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from lever_fix.engine.run import Run
from lever_fix.engine.settle import MAX_ROUNDS, settle
from lever_fix.engine.workers import Context, Group, Workers
from lever_fix.model import Plan
from lever_fix.settings import Settings

ID = "retry-to-tenacity"


def _beside(name: str) -> types.ModuleType:
    """A module beside this one, which `--import-mode=importlib` keeps off the path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# In this order, since each may import those before it.
worlds, parts, loops = map(_beside, ("retry_worlds", "retry_parts", "retry_loops"))


@pytest.fixture
def present() -> Iterator[object]:
    """A world for programs to run in."""
    with worlds.watched() as found:
        yield found


@dataclass(frozen=True)
class Rewritten:
    """What the codemod makes of a module, with all that the engine asks of it."""

    data: bytes
    plan: Plan


@pytest.fixture(scope="session")
def rewritten() -> Callable[[bytes], Rewritten]:
    """Rewrite a module with many loops in one run, and assert that a second run finds nothing."""

    def rewrite(source: bytes) -> Rewritten:
        context = Context("/nowhere", (), (Group((ID,), Settings()),))
        run = Run(Workers(context, 1), {"module.py": 0}, overlay={"module.py": source})
        try:
            plan = run.plan()
            done = settle(run, plan, lambda _: True, {ID: 0}, rounds=MAX_ROUNDS)
        finally:
            run.workers.__exit__()
        assert not plan.problems, plan.problems
        assert not done.problems, done.problems
        assert not [one for one in done.remaining.findings if one.fix]
        return Rewritten(run.overlay["module.py"], plan)

    return rewrite


@pytest.fixture
def same_behaviour(present) -> Callable[..., None]:
    """Assert that two programs do the same under every script, but for what reasons name."""

    def check(
        before: bytes, after: bytes, failures: Sequence[object], reasons: Sequence[str]
    ) -> None:
        first, second = (worlds.load(source, present) for source in (before, after))
        name = "run" if "run" in first else "fetch"
        every = [*worlds.scripts(failures, len(before)), *worlds.breaking(failures)]
        forgiven = worlds.forgiven_by(reasons)
        seen, difference = worlds.compare(first[name], second[name], present, every, forgiven)
        assert not difference, f"{difference}\n{before.decode()}\n{after.decode()}"
        assert seen > 2, "the program does the same whatever happens"

    return check
