"""What a codemod that asks about the whole project costs, on a tree of ten thousand files.

    uv run --isolated --no-editable --no-dev --group bench python -m benchmarks.index

The tree holds real packages that use SQLAlchemy, each in a folder of its own, and the first of them
again until there are ten thousand files. `check -s eager-load` is timed whole, cold, warm and with
one file changed, beside a plain loop of `ast.parse` over the same files: every file that the index
has to read. They take turns and the median counts. Exit code 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import platform
import shutil
import statistics
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from pathlib import Path

from benchmarks.processes import BIN, Sample, measured
from benchmarks.wheels import fetch, modules

PACKAGES = (
    "mlflow==3.18.0",
    "prefect==3.9.1",
    "apache-superset==6.1.0",
    "apache-airflow-core==3.3.2",
    "dagster==1.13.29",
    "zenml==0.98.0",
    "langflow-base==1.13.0",
    "aiida-core==2.9.4",
    "zou==1.0.97",
    "open-webui==0.12.4",
    "galaxy-data==26.1.2",
    "optuna==5.0.0",
    "argilla-server==2.8.0",
    "jupyterhub==6.1.1",
)
AT_MOST = 2.5
"""Times the loop of `ast.parse` that a cold run may take."""
MEGABYTES = 350
"""What its largest process may need."""

_ROOT = Path(__file__).parent.parent
_CHECK = [str(BIN / "lever-fix"), "check", "--isolated", "-q", "-s", "eager-load", "."]
_JOBS = os.cpu_count() or 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--parse", nargs=2, metavar=("TREE", "JOBS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.parse:
        _parse_all(Path(asked.parse[0]), int(asked.parse[1]))
        return 0
    with tempfile.TemporaryDirectory(prefix="lever-fix-index-") as scratch:
        tree, state = Path(scratch) / "tree", Path(scratch) / "state"
        state.mkdir()
        count, size, distinct = _fill(tree, asked.files)
        print(f"Python {platform.python_version()}, {_JOBS} processors, {asked.rounds} rounds")
        print(f"{count:,} files, {distinct:,} of them different, {size / 1e6:.1f} MB\n")
        return _report(_rounds(tree, state, asked.rounds))


def _rounds(tree: Path, state: Path, rounds: int) -> dict[str, list[Sample]]:
    """Run everything in turns."""
    parse = [sys.executable, "-m", "benchmarks.index", "--parse", str(tree)]
    first = modules(tree)[0]
    samples: dict[str, list[Sample]] = {}
    for _ in range(rounds):
        shutil.rmtree(tree / ".lever_fix_cache", ignore_errors=True)
        samples.setdefault("parse", []).append(measured([*parse, "1"], _ROOT, state))
        samples.setdefault("parse on all", []).append(measured([*parse, str(_JOBS)], _ROOT, state))
        samples.setdefault("cold", []).append(measured(_CHECK, tree, state))
        samples.setdefault("warm", []).append(measured(_CHECK, tree, state))
        first.write_bytes(first.read_bytes() + b"\n")
        samples.setdefault("changed", []).append(measured(_CHECK, tree, state))
    return samples


def _report(samples: dict[str, list[Sample]]) -> int:
    """Print the table; 1 where a bound is missed."""
    seconds = {
        what: statistics.median(one.seconds for one in all_) for what, all_ in samples.items()
    }
    used = {
        what: statistics.median(one.processor for one in all_) for what, all_ in samples.items()
    }
    parsing = seconds["parse"]
    named = {
        "parse": "`ast.parse` of every file, in a loop",
        "parse on all": f"the same in {_JOBS} processes",
        "cold": "`check -s eager-load`, cold",
        "warm": "the same, warm",
        "changed": "the same, one file changed",
    }
    print("| what | seconds | of the loop | processor seconds | of the loop | largest process |")
    print("|---|---|---|---|---|---|")
    for what, text in named.items():
        most = max(one.megabytes for one in samples[what])
        cells = (
            f"{seconds[what]:.1f}",
            f"{seconds[what] / parsing:.2f}",
            f"{used[what]:.1f}",
            f"{used[what] / used['parse']:.2f}",
            f"{most:.0f} MB",
        )
        print(f"| {text} | {' | '.join(cells)} |")
    most = max(one.megabytes for one in samples["cold"])
    is_slow, is_large = seconds["cold"] > AT_MOST * parsing, most > MEGABYTES
    print(f"\ncold is {seconds['cold'] / parsing:.2f} times the loop, at most {AT_MOST:g}", end="")
    print(f"; {most:.0f} MB, at most {MEGABYTES}")
    return int(is_slow or is_large)


def _fill(tree: Path, wanted: int) -> tuple[int, int, int]:
    """Copy packages until there are enough files; their number, size, and how many differ."""
    files = size = distinct = 0
    for copy, requirement in enumerate(cycle(PACKAGES)):
        source = fetch(requirement)
        folder = tree / f"{requirement.partition('==')[0]}_{copy}"
        for path in modules(source):
            if files == wanted:
                return files, size, distinct
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            files += 1
            distinct += copy < len(PACKAGES)
            size += target.stat().st_size
    raise AssertionError("a cycle has no end")


def _parse_all(tree: Path, jobs: int) -> None:
    """Parse every file, in this process or in several."""
    paths = [str(path) for path in modules(tree)]
    if jobs == 1:
        _parse(paths)
        return
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(_parse, [paths[at::jobs] for at in range(jobs)]))


def _parse(paths: list[str]) -> None:
    warnings.simplefilter("ignore", SyntaxWarning)
    gc.disable()
    for path in paths:
        try:
            ast.parse(Path(path).read_bytes())
        except (SyntaxError, ValueError):
            continue


if __name__ == "__main__":
    sys.exit(main())
