"""What a review of 5,000 findings costs: opening it, and each key.

    uv run python -m benchmarks.review

Exit code 1 where opening takes more than twice the time in which `check` prints the same findings,
or where handling a key takes more than 50 ms on the median.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FINDINGS = 5_000
FILES = 250
ROUNDS = 5
MOST_TIMES = 2.0
MOST_MILLISECONDS = 50.0

_ROOT = Path(__file__).resolve().parents[1]
_KEYS = "yjynukUjJKGgtvv+-tsuAuaud"
_OPEN = "import sys; from benchmarks.review import opened; opened(sys.argv[1])"


def main() -> int:
    """Print the figures, and say whether they are good enough."""
    with tempfile.TemporaryDirectory(prefix="lever-fix-review-") as scratch:
        tree = Path(scratch)
        _write(tree)
        check = [sys.executable, "-m", "lever_fix", "check", "-s", "optional-to-union", "."]
        opening = [sys.executable, "-c", _OPEN, str(tree)]
        took: dict[str, list[float]] = {"check": [], "open": []}
        _seconds(check, tree)  # fills the cache, which both have from then on
        for _ in range(ROUNDS):
            took["check"].append(_seconds(check, tree))
            took["open"].append(_seconds(opening, tree))
        printed, opened_in = (statistics.median(took[name]) for name in ("check", "open"))
        keys = sorted(asyncio.run(_keys(tree)))
    median = statistics.median(one for one, _ in keys)
    slowest, key = keys[-1]
    ratio = opened_in / printed
    print(f"`check` prints {FINDINGS:,} findings in {printed:.2f} s")
    print(f"`review` shows the first of them after {opened_in:.2f} s: {ratio:.2f} times that")
    print(f"a key: {median:.1f} ms on the median of {len(keys)}; slowest `{key}`, {slowest:.1f} ms")
    return int(ratio > MOST_TIMES or median > MOST_MILLISECONDS)


def _write(tree: Path) -> None:
    each = FINDINGS // FILES
    for number in range(FILES):
        lines = ["from typing import Optional", "", ""]
        for at in range(each):
            lines += [
                f"def load_{at}(value: Optional[int]) -> int:",
                f'    """Load number {at} of file {number}."""',
                "    return value or 0",
                "",
                "",
            ]
        (tree / f"module_{number:03}.py").write_text("\n".join(lines))


def _seconds(command: list[str], tree: Path) -> float:
    environ = {**os.environ, "PYTHONPATH": str(_ROOT), "XDG_STATE_HOME": str(tree / ".state")}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return seconds


def _app(tree: Path) -> object:
    from lever_fix.api import Project
    from lever_fix.apply.model import ApplyOptions
    from lever_fix.deciding import decisions_file, desk_for
    from lever_fix.report.paths import as_is
    from lever_fix.review.app import ReviewApp
    from lever_fix.review.desk import Review
    from lever_fix.review.look import MANY

    plan = Project(tree).plan(select=["optional-to-union"])
    file = decisions_file(plan.session, None)
    desk = desk_for(plan.session, file, ApplyOptions(), as_is, str)
    return ReviewApp(Review(desk, plan.value), MANY)


def opened(tree: str) -> None:
    """Open a review, and end as soon as its first finding is on the screen."""

    async def run() -> None:
        app = _app(Path(tree))
        async with app.run_test(size=(120, 40)) as pilot:  # type: ignore[attr-defined]
            await pilot.pause()
            assert len(app.review.session.view.order) == FINDINGS  # type: ignore[attr-defined]

    asyncio.run(run())


async def _keys(tree: Path) -> list[tuple[float, str]]:
    """Milliseconds from each key to the screen that shows what it did."""
    app = _app(tree)
    took = []
    async with app.run_test(size=(120, 40)) as pilot:  # type: ignore[attr-defined]
        await pilot.pause()
        for letter in _letters():
            start = time.perf_counter()
            app._do(letter)  # type: ignore[attr-defined]
            app.screen._compositor.render_strips()  # type: ignore[attr-defined]
            took.append(((time.perf_counter() - start) * 1000, letter))
            await pilot.pause()
    return took


def _letters() -> Iterator[str]:
    for _ in range(4):
        yield from _KEYS


if __name__ == "__main__":
    sys.exit(main())
