"""Rewritten loops pass mypy's strict mode where the loops did."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import retry_loops

from lever_fix.testing import rewrite

TYPED = Path(__file__).with_name("typed_loops.txt")
SNAPSHOTS = Path(__file__).parents[2] / "snapshots" / "retry-to-tenacity"
LOOP = ast.For | ast.While
SAID = re.compile(r"^(\w+)\.py:(\d+): error: (.*)$", re.MULTILINE)
LEFT_OUT = {"retry_after": "mypy takes the `2**n` that a function returns for `Any`"}
"""Snapshots that do not pass afterwards, and why that is right."""

WORLD = """\
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

class Busy(ConnectionError):
    after: float

def after(error: BaseException) -> float: ...
async def areset(what: object = None) -> None: ...
def guarded() -> AbstractContextManager[None]: ...
def reset(what: object = None) -> None: ...
def traced[F: Callable[..., Any]](function: F) -> F: ...
def transient(error: BaseException) -> bool: ...
"""


def complaints(folder, texts):
    """What mypy has against each of several modules: lines and messages."""
    folder.mkdir()
    for name, text in texts.items():
        Path(folder, f"{name}.py").write_text(text)
    Path(folder, "world.pyi").write_text(WORLD)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-pretty"]
    command += ["--cache-dir", str(folder.parent / "cache"), *(f"{name}.py" for name in texts)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = defaultdict(list)
    for name, line, message in SAID.findall(done.stdout):
        found[name].append((int(line), message))
    return found


@pytest.fixture(scope="module")
def result():
    return rewrite("retry-to-tenacity", TYPED.read_bytes())


def test_every_loop_is_rewritten(result):
    loops = [node for node in ast.walk(ast.parse(TYPED.read_bytes())) if isinstance(node, LOOP)]
    assert len(result.findings) == len(loops)
    assert not result.refusals


def test_the_rewritten_module_passes_as_well(result, tmp_path):
    texts = {"before": TYPED.read_text(), "after": result.text}
    assert complaints(tmp_path / "modules", texts) == {}, result.text


def annotated(source):
    """A program with annotations for all that has none."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = node.args
        for one in [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]:
            if one is not None and one.arg != "self" and one.annotation is None:
                one.annotation = ast.Name("Any")
        node.returns = node.returns or ast.Name("Any")
    return f"from typing import Any\n{ast.unparse(ast.fix_missing_locations(tree))}\n"


def test_snapshots_with_annotations(tmp_path):
    before, after = {}, {}
    for case in sorted(SNAPSHOTS.iterdir()):
        text = annotated(Path(case, "before", "module.py").read_text())
        made = rewrite("retry-to-tenacity", text)
        if made.findings:
            before[case.name], after[case.name] = text, made.text
    old = complaints(tmp_path / "before", before)
    new = complaints(tmp_path / "after", after)
    assert len(before.keys() - old.keys()) >= 40
    worse = new.keys() - old.keys()
    assert worse == LEFT_OUT.keys(), {name: new[name] for name in worse}


def test_generated_loops(rewritten, tmp_path):
    programs = [
        retry_loops.program(number, f"fetch_{number}", {**recipe, "typed": "yes"})
        for number, recipe in enumerate([*retry_loops.SHAPES.values(), {}, {}, {}] * 4)
    ]
    source = retry_loops.source_of(programs)
    result = rewritten(source)
    texts = {"before": source.decode(), "after": result.data.decode()}
    found = complaints(tmp_path / "modules", texts)
    old, new = (functions(texts[name], found[name]) for name in ("before", "after"))
    assert len({one.name for one in programs} - old.keys()) >= len(programs) / 2
    assert {name: new[name] for name in new.keys() - old.keys()} == {}


def functions(text, messages):
    """The functions that messages are about, or about what was made of a part of them."""
    found = defaultdict(list)
    for line, message in messages:
        (node,) = (
            one for one in ast.parse(text).body
            if min([one.lineno, *(d.lineno for d in getattr(one, "decorator_list", []))])
            <= line <= one.end_lineno
        )  # fmt: skip
        name = re.search(r"fetch_\d+", ast.unparse(node))
        found[name[0] if name else ""].append(message)
    return found
