"""A long analysis: what is found is shown as it comes, and nothing is lost by it."""

from __future__ import annotations

import subprocess
import sys
import threading

import msgspec

from lever_fix.errors import PlanError
from lever_fix.model import Plan
from lever_fix.review import answering
from lever_fix.review.desk import Review

SECONDS = 20


def emptied(bench) -> Review:
    """A review that knows of nothing yet."""
    return Review(bench.review().desk, Plan())


def test_findings_are_reviewed_as_they_come(drive, bench):
    go_on, seen = threading.Event(), []
    part = msgspec.structs.replace(bench.plan, findings=tuple(bench.findings[:2]))

    def analysis(hear):
        hear(part, 0.4)
        assert go_on.wait(SECONDS)
        return bench.plan

    async def half(pilot):
        await until(pilot, lambda: pilot.app.review.session.view.order)
        seen.append(str(pilot.app.query_one("#header").render()))

    async def rest(pilot):
        go_on.set()
        await until(pilot, lambda: pilot.app.review.complete)

    review = emptied(bench)
    screen = drive(half, "y", "w", rest, review=review, analysis=analysis)
    assert "40% analysed" in seen[0]
    assert "analysed" not in screen.text
    assert bench.written == []
    assert len(review.session.view.order) == 6
    assert len(review.session.answers) == 1
    assert answering.undo(review.session).answers == {}


async def until(pilot, holds) -> None:
    """Wait until something holds."""
    for _ in range(SECONDS * 20):
        if holds():
            break
        await pilot.pause(0.05)
    await pilot.pause()
    assert holds()


def test_an_analysis_that_fails_ends_the_review(drive, bench):
    def analysis(hear):
        raise PlanError("the baseline is broken")

    async def ended(pilot):
        await until(pilot, lambda: pilot.app.failure is not None)

    screen = drive(ended, review=emptied(bench), analysis=analysis)
    assert screen.app.failure.message == "the baseline is broken"
    assert not screen.running


def test_where_nothing_is_found_there_is_nothing_to_see(drive, bench):
    async def ended(pilot):
        await until(pilot, lambda: pilot.app._exit)

    screen = drive(ended, review=emptied(bench), analysis=lambda hear: Plan())
    assert not screen.running


def test_who_quits_does_not_wait_for_the_end(drive, bench):
    stopped, heard = threading.Event(), threading.Event()

    def analysis(hear):
        try:
            while True:
                hear(bench.plan, 0.1)
                heard.set()
        finally:
            stopped.set()

    screen = drive("n", "q", review=emptied(bench), analysis=analysis)
    assert not screen.running
    assert stopped.wait(SECONDS)


_SPAWNING = """
import asyncio, os, sys, threading, time
from textual.app import App
from lever_fix.engine.workers import Context, Group, Workers
from lever_fix.settings import Settings

def numbers(bench, items):
    return [os.getpid() for _ in items]

class Screen(App):
    def on_mount(self):
        # With a second thread, as an analysis beside the screen is, workers are not forked.
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        context = Context(".", (), (Group((), Settings()),))
        with Workers(context, 2) as workers:
            found = workers.map(numbers, [1, 2], [10_000_000, 10_000_000], int)
        sys.__stdout__.write(f"{os.getpid() not in found}\\n")
        self.exit()

async def main():
    async with Screen().run_test() as pilot:
        await pilot.pause()

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_workers_start_under_a_full_screen(tmp_path):
    """It hides the streams that new processes would have to inherit."""
    script = tmp_path / "script.py"
    script.write_text(_SPAWNING)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "True\n", done.stderr
