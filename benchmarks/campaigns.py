"""What executors cost and gain: one campaign over generated repositories, on each of them.

    uv run python -m benchmarks.campaigns [REPOSITORIES]

The first row does the work in this process, so that what a row takes beyond it, divided by the
repositories, is the price of its executor.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lever_fix.bulk.executors import Executor, dask, inline, local
from lever_fix.bulk.run import Asked, run_campaign

MODULES = 40
MODULE = "from typing import Dict, List, Optional\n\n\n" + "".join(
    f"def f{n}(key: Optional[str], rows: List[Dict[str, int]]) -> Optional[int]:\n"
    f"    return rows[{n}].get(key or '')\n\n\n"
    for n in range(12)
)


def generate(base: Path, count: int) -> None:
    """Make repositories of a few modules each."""
    for number in range(count):
        directory = base / f"svc{number:03}"
        (directory / "app").mkdir(parents=True)
        for module in range(MODULES):
            (directory / "app" / f"m{module}.py").write_text(MODULE)
        for command in (
            ["init", "-q"],
            ["config", "user.name", "Benchmark"],
            ["config", "user.email", "benchmark@example.com"],
            ["add", "-A"],
            ["commit", "-q", "-m", "Start"],
        ):
            subprocess.run(["git", *command], cwd=directory, check=True)


def seconds(base: Path, executor: Executor) -> float:
    """How long one campaign takes, cluster included."""
    file = base / "campaign.toml"
    file.write_text('repositories = ["svc*"]\nbranch = "modern"\n')
    file.with_suffix(".sqlite").unlink(missing_ok=True)
    started = time.perf_counter()
    rows = run_campaign(file, Asked(), lambda _: None, executor)
    took = time.perf_counter() - started
    assert not any(row.error for row in rows)
    return took


def main(count: int) -> None:
    """Time each executor, and print a table."""
    executors: dict[str, Executor] = {
        "in this process": inline,
        "local, 1 worker": local(1),
        "local, 2 workers": local(2),
        "dask, 1 worker": dask(1),
        "dask, 2 workers": dask(2),
    }
    with tempfile.TemporaryDirectory() as place:
        generate(Path(place), count)
        print(f"| {count} repositories of {MODULES} modules | seconds | each |\n|---|--:|--:|")
        for name, executor in executors.items():
            took = seconds(Path(place), executor)
            print(f"| {name} | {took:.1f} | {1000 * took / count:.0f} ms |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
