"""What a review of 5,000 findings costs: opening it, and each key.

    uv run python -m benchmarks.review

Exit code 1 where opening takes more than twice the time in which `check` prints the same findings,
with a warm cache or with none, or where handling a key takes more than 50 ms on the median: time of
the processor, so that a busy machine tells the same as an idle one. The time by the clock is said,
too.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import Sample, measured, measured_screen

FINDINGS = 5_000
FILES = 250
ROUNDS = 9
MOST_TIMES = 2.0
MOST_MILLISECONDS = 50.0

_KEYS = "yjynukUjJKGgtvv+-tsuAuaud"
_WANTED = ("5,000 undecided", "1/5,000", "- def load_0(value: Optional[int]) -> int:")
"""What is on the screen once it is complete: counts, position and change of the first finding."""


def main() -> int:
    """Print the figures, and say whether they are good enough."""
    with tempfile.TemporaryDirectory(prefix="lever-fix-review-") as scratch:
        tree = Path(scratch)
        _write(tree)
        ratios = [_ratio(tree, cache=cache) for cache in (False, True)]
        keys = sorted(asyncio.run(_keys(tree)))
    used, clock = (_middle(one[kind] for one in keys) for kind in (0, 1))
    print(
        f"a key: {used:.1f} ms of the processor, {clock:.1f} ms by the clock, on the median "
        f"of {len(keys)}; at most {keys[-1][0]:.1f} ms of the processor"
    )
    return int(max(ratios) > MOST_TIMES or used > MOST_MILLISECONDS)


def _ratio(tree: Path, *, cache: bool) -> float:
    """How many times the processor's time of `check` opening a review takes; said, too."""
    program = [sys.executable, "-m", "lever_fix"]
    options = ["-s", "optional-to-union", "--jobs", "1", *([] if cache else ["--no-cache"]), "."]
    state = tree / ".state"
    check, review = [*program, "check", *options], [*program, "review", *options]
    measured(check, tree, state)  # fills the cache, where there is one
    printed: list[Sample] = []
    opened: list[Sample] = []
    for _ in range(ROUNDS):
        printed.append(measured(check, tree, state))
        opened.append(measured_screen(review, tree, state, _WANTED))
    kind = "with a warm cache" if cache else "without a cache"
    ratios = []
    for name, unit in (("processor", "of the processor"), ("seconds", "by the clock")):
        one, other = (_middle(getattr(each, name) for each in kept) for kept in (printed, opened))
        ratios.append(other / one)
        print(
            f"{kind}: `check` prints {FINDINGS:,} findings in {one:.2f} s {unit}, "
            f"`review` shows them after {other:.2f} s: {other / one:.2f} times that"
        )
    return ratios[0]


def _middle(values: Iterator[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


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


def _app(tree: Path) -> object:
    from lever_fix.api import Project
    from lever_fix.apply.model import ApplyOptions
    from lever_fix.deciding import decisions_file, desk_for
    from lever_fix.report.paths import as_is
    from lever_fix.review.app import ReviewApp
    from lever_fix.review.desk import Review
    from lever_fix.review.look import Colours, look_of

    plan = Project(tree).plan(select=["optional-to-union"])
    file = decisions_file(plan.session, None)
    desk = desk_for(plan.session, file, ApplyOptions(), as_is, str)
    return ReviewApp(Review(desk, plan.value), look_of(Colours.MANY))


async def _keys(tree: Path) -> list[tuple[float, float]]:
    """Milliseconds from each key to the screen with what it did: of the processor, by the clock."""
    app = _app(tree)
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
