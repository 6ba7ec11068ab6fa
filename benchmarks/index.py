"""What a codemod that asks about the whole project costs, on a tree of ten thousand files.

    uv run --isolated --no-editable --no-dev --group bench python -m benchmarks.index

The tree holds copies of real packages that use SQLAlchemy, each under a name of its own, until
there are ten thousand files. `check -s eager-load` is timed cold and warm, beside `ast.parse` of
every file that the index has to read. Exit code 1 if cold is more than 2.5 times that.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import platform
import shutil
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.processes import BIN, measured
from benchmarks.wheels import fetch, modules

PACKAGES = ("mlflow==3.18.0", "prefect==3.9.1")
AT_MOST = 2.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    wanted = parser.parse_args().files
    with tempfile.TemporaryDirectory(prefix="lever-fix-index-") as scratch:
        tree, state = Path(scratch) / "tree", Path(scratch) / "state"
        state.mkdir()
        count, size = _fill(tree, wanted)
        print(f"Python {platform.python_version()}, {os.cpu_count()} processors")
        print(f"{count:,} files, {size / 1e6:.1f} MB\n")
        parsing = _parsing(tree)
        command = [str(BIN / "lever-fix"), "check", "--isolated", "-q", "-s", "eager-load", "."]
        cold = measured(command, tree, state).seconds
        warm = measured(command, tree, state).seconds
        one = next(iter(modules(tree)))
        one.write_bytes(one.read_bytes() + b"\n")
        changed = measured(command, tree, state).seconds
    print("| what | seconds | of parsing |")
    print("|---|---|---|")
    rows = {
        "`ast.parse` of every file, on as many processors": parsing,
        "`check -s eager-load`, cold": cold,
        "the same, warm": warm,
        "the same, one file changed": changed,
    }
    for what, seconds in rows.items():
        print(f"| {what} | {seconds:.1f} | {seconds / parsing:.2f} |")
    return int(cold > AT_MOST * parsing)


def _fill(tree: Path, wanted: int) -> tuple[int, int]:
    """Copy packages under new names until there are enough files; their number and size."""
    files, size, copy = 0, 0, 0
    while files < wanted:
        for requirement in PACKAGES:
            source = fetch(requirement)
            folder = tree / f"copy_{copy}"
            for path in modules(source):
                if files == wanted:
                    break
                target = folder / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                files += 1
                size += target.stat().st_size
            copy += 1
    return files, size


def _parsing(tree: Path) -> float:
    """How long it takes to parse every file, on all processors, as the workers would."""
    paths = [str(path) for path in modules(tree)]
    jobs = os.cpu_count() or 1
    start = time.perf_counter()
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(_parse, [paths[at::jobs] for at in range(jobs)]))
    return time.perf_counter() - start


def _parse(paths: list[str]) -> None:
    warnings.simplefilter("ignore", SyntaxWarning)
    gc.disable()
    for path in paths:
        try:
            ast.parse(Path(path).read_bytes())
        except SyntaxError:
            continue


if __name__ == "__main__":
    sys.exit(main())
