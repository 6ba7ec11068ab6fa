"""What a review of 5,000 findings costs: opening it, and each key.

    uv run python -m benchmarks.review

Exit code 1 where opening a tree that is new takes more than twice the time in which `check` prints
the same findings, or where handling a key takes more than 50 ms on the median: time of the
processor, so that a busy machine tells the same as an idle one.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import measured

FINDINGS = 5_000
FILES = 250
ROUNDS = 5
MOST_TIMES = 2.0
MOST_MILLISECONDS = 50.0

_ROOT = Path(__file__).resolve().parents[1]
_KEYS = "yjynukUjJKGgtvv+-tsuAuaud"
_OPEN = "import sys; from benchmarks.review import opened; opened(*sys.argv[1:])"


def main() -> int:
    """Print the figures, and say whether they are good enough."""
    with tempfile.TemporaryDirectory(prefix="lever-fix-review-") as scratch:
        tree = Path(scratch)
        _write(tree)
        cold = _ratio(tree, cache=False)
        _ratio(tree, cache=True)
        keys = sorted(asyncio.run(_keys(tree)))
    median, clock = statistics.median_low(keys), statistics.median(one for _, one in keys)
    print(
        f"a key: {median[0]:.1f} ms of the processor, {clock:.1f} ms by the clock, on the median "
        f"of {len(keys)}; at most {keys[-1][0]:.1f} ms of the processor"
    )
    return int(cold > MOST_TIMES or median[0] > MOST_MILLISECONDS)


def _ratio(tree: Path, *, cache: bool) -> float:
    """How many times the time of `check` opening a review takes; said, too."""
    check = [sys.executable, "-m", "lever_fix", "check", "-s", "optional-to-union", "."]
    check += [] if cache else ["--no-cache"]
    opening = [sys.executable, "-c", _OPEN, str(tree), "cache" * cache]
    state = tree / ".state"
    measured(check, tree, state)  # fills the cache, where there is one
    took: dict[str, list[float]] = {"check": [], "open": []}
    for _ in range(ROUNDS):
        took["check"].append(_used(check, tree, state))
        took["open"].append(_used(opening, _ROOT, state))
    printed, opened_in = (statistics.median(took[name]) for name in ("check", "open"))
    ratio = opened_in / printed
    kind = "with a warm cache" if cache else "without a cache"
    print(
        f"{kind}: `check` prints {FINDINGS:,} findings in {printed:.2f} s of the processor, "
        f"`review` shows them after {opened_in:.2f} s: {ratio:.2f} times that"
    )
    return ratio


def _used(command: list[str], directory: Path, state: Path) -> float:
    """Seconds of the processor that a command takes, whatever else the machine is busy with."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured(command, directory, state)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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


def _app(tree: Path, *, cache: bool) -> object:
    from lever_fix.api import Project
    from lever_fix.apply.model import ApplyOptions
    from lever_fix.deciding import decisions_file, desk_for
    from lever_fix.report.paths import as_is
    from lever_fix.review.app import ReviewApp
    from lever_fix.review.desk import Review
    from lever_fix.review.look import MANY

    plan = Project(tree, cache=cache).plan(select=["optional-to-union"])
    file = decisions_file(plan.session, None)
    desk = desk_for(plan.session, file, ApplyOptions(), as_is, str)
    return ReviewApp(Review(desk, plan.value), MANY)


def opened(tree: str, cache: str = "") -> None:
    """Open a review, and end as soon as its first finding is on the screen."""
    gc.disable()  # as the command does

    async def run() -> None:
        app = _app(Path(tree), cache=bool(cache))
        async with app.run_test(size=(120, 40)) as pilot:  # type: ignore[attr-defined]
            await pilot.pause()
            assert len(app.review.session.view.order) == FINDINGS  # type: ignore[attr-defined]
            os._exit(0)

    asyncio.run(run())


async def _keys(tree: Path) -> list[tuple[float, float]]:
    """Milliseconds from each key to the screen with what it did: of the processor, by the clock."""
    app = _app(tree, cache=True)
    took = []
    async with app.run_test(size=(120, 40)) as pilot:  # type: ignore[attr-defined]
        await pilot.pause()
        for letter in _letters():
            used, start = time.process_time(), time.perf_counter()
            app._do(letter)  # type: ignore[attr-defined]
            app.screen._compositor.render_strips()  # type: ignore[attr-defined]
            used, start = time.process_time() - used, time.perf_counter() - start
            took.append((used * 1000, start * 1000))
            await pilot.pause()
    return took


def _letters() -> Iterator[str]:
    for _ in range(4):
        yield from _KEYS


if __name__ == "__main__":
    sys.exit(main())
