"""Drives the full-screen review without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from lever_fix.review.app import ReviewApp
from lever_fix.review.desk import Review
from lever_fix.review.diff_view import DiffView
from lever_fix.review.findings_list import FindingsList
from lever_fix.review.look import Colours, Look, look_of
from tests.review.bench import Bench
from tests.tui.sample import bench as sample_bench

SIZE = (120, 36)
MANY = look_of(Colours.MANY)


@dataclass(frozen=True)
class Screen:
    """What a review looks like after some keys.

    Attributes:
        app: The app, which has ended.
        review: Its review.
        svg: A picture of it; empty where it had ended by itself.
        listed: The rows of the list.
        diff: The rows of the change.
        text: All that is on the screen.
        depth: How many screens lie on one another.
    """

    app: ReviewApp
    review: Review
    svg: str = ""
    listed: Sequence[str] = ()
    diff: Sequence[str] = ()
    text: str = ""
    depth: int = 0

    @property
    def running(self) -> bool:
        """Whether it had not ended by itself."""
        return self.depth > 0


def _text_of(app: ReviewApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def _drawn(widget) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


async def _still(app: ReviewApp, pilot) -> None:
    """Wait until the screen stays as it is: a widget may grow, and others give way to it."""
    before = None
    for _ in range(20):
        if app._exit or (now := _text_of(app)) == before:
            return
        before = now
        await pilot.pause(0.05)


async def written(app: ReviewApp, pilot) -> None:
    """Wait for the end of a write."""
    for _ in range(1000):
        if app.work is None or app._exit:
            break
        await pilot.pause(0.02)
    await pilot.pause()


def _seen(app: ReviewApp, review: Review) -> Screen:
    running = app.is_running and not app._exit
    if not running:
        return Screen(app, review)
    depth = len(app.screen_stack)
    alone = depth == 1
    return Screen(
        app,
        review,
        svg=app.export_screenshot(title="lever-fix review"),
        listed=_drawn(app.query_one(FindingsList)) if alone else [],
        diff=_drawn(app.query_one(DiffView)) if alone else [],
        text=_text_of(app),
        depth=depth,
    )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return sample_bench(tmp_path)


@pytest.fixture
def drive(bench: Bench) -> Callable[..., Screen]:
    """Press keys (or call a function with the pilot) and look at the screen.

    Whoever is not patient does not wait for the end of a write before the next key.
    """

    def run(
        *keys,
        size=SIZE,
        look: Look = MANY,
        review: Review | None = None,
        analysis=None,
        patient: bool = True,
    ) -> Screen:
        review = review or bench.review()

        async def go() -> Screen:
            app = ReviewApp(review, look, analysis)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                for key in keys:
                    if callable(key):
                        await key(pilot)
                    else:
                        await pilot.press(key)
                    await pilot.pause()
                    if patient:
                        await written(app, pilot)
                await _still(app, pilot)
                return _seen(app, review)

        return asyncio.run(go())

    return run
