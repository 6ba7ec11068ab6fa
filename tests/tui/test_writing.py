"""A write goes on beside the screen: one may look on, stop it, or leave when it is done."""

from __future__ import annotations

import threading

import pytest

from lever_fix.model import Problem
from lever_fix.review.desk import MAKING, WRITING
from tests.tui.conftest import written
from tests.tui.sample import CLIENT, ROUTES

SECONDS = 20


class Slow:
    """A write that goes on until the test lets it."""

    def __init__(self, bench, what: str = MAKING) -> None:
        self.go_on, self.begun, self.ended = (threading.Event() for _ in range(3))
        self.what, bench.during = what, self

    def __call__(self, watch) -> None:
        try:
            watch.hear(self.what, 1, 3)
            self.begun.set()
            assert self.go_on.wait(SECONDS)
            watch.hear(self.what, 3, 3)
        finally:
            self.ended.set()

    async def begins(self, pilot) -> None:
        for _ in range(1000):
            if self.begun.is_set():
                break
            await pilot.pause(0.02)
        await pilot.pause(0.15)  # until the line below is drawn again

    async def ends(self, pilot) -> None:
        self.go_on.set()
        await written(pilot.app, pilot)


@pytest.fixture
def seen():
    """What stands below, and where one is, each time it is asked for."""
    found: list[tuple[str, int]] = []

    async def look(pilot) -> None:
        await pilot.pause(0.15)
        note = str(pilot.app.query_one("#note").render())
        found.append((note, pilot.app.review.session.position))

    look.found = found
    return look


def test_one_reads_on_while_it_writes(drive, bench, seen):
    slow = Slow(bench)
    screen = drive("y", "w", slow.begins, seen, "j", "j", "v", seen, slow.ends, patient=False)
    assert [position for _, position in seen.found] == [1, 3]
    assert all("Making the changes: 1 of 3 files" in note for note, _ in seen.found)
    assert all("Esc stops it" in note for note, _ in seen.found)
    assert "Wrote 1 in 1 file" in screen.text
    assert len(screen.review.session.view.order) == 5


@pytest.mark.parametrize("letter", list("ynadADsSuUceiw"))
def test_an_answer_waits_until_it_is_written(drive, bench, seen, letter):
    slow = Slow(bench)
    screen = drive("y", "w", slow.begins, letter, seen, slow.ends, patient=False)
    assert f"`{letter}` has to wait" in seen.found[0][0]
    assert screen.review.session.answers == {}
    assert len(bench.written) == 1


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
def test_it_stops(drive, bench, seen, key):
    slow = Slow(bench)
    screen = drive("y", "w", slow.begins, key, seen, slow.ends, patient=False)
    assert "Stopping" in seen.found[0][0]
    assert slow.ended.is_set()
    assert bench.written == []
    assert "Stopped; nothing was written." in screen.text
    assert len(screen.review.session.answers) == 1
    again = drive("w", review=screen.review)
    assert "Wrote 1 in 1 file" in again.text


def test_it_does_not_stop_half_way_through_the_files(drive, bench, seen):
    slow = Slow(bench, WRITING)
    screen = drive("y", "w", slow.begins, "escape", seen, slow.ends, patient=False)
    assert "`Esc` has to wait" in seen.found[0][0]
    assert "stops it" not in seen.found[0][0]
    assert "Wrote 1 in 1 file" in screen.text


@pytest.mark.parametrize("keys", [["q"], ["ctrl+q"], ["q", "q", "q"]])
def test_who_quits_waits_for_the_end(drive, bench, seen, keys):
    slow = Slow(bench)
    screen = drive("y", "w", slow.begins, *keys, seen, slow.ends, patient=False)
    assert "then it quits" in seen.found[0][0]
    assert not screen.running
    assert len(bench.written) == 1


def test_a_second_q_stays(drive, bench, seen):
    slow = Slow(bench)
    screen = drive("y", "w", slow.begins, "q", "q", seen, slow.ends, patient=False)
    assert "then it quits" not in seen.found[0][0]
    assert screen.running


def test_what_was_refused_keeps_who_wanted_to_leave(drive, bench):
    bench.during = lambda watch: bench.files["nowhere"]  # raises, as a fault of ours would
    screen = drive("y", "q", "y")
    assert not screen.running
    assert isinstance(screen.app.failure, KeyError)
    assert len(bench.review().session.answers) == 1


def test_what_could_not_be_made_is_on_the_screen(drive, bench):
    bench.problems = (Problem(path=CLIENT, line=7, message="it would not parse", hint="mend it"),)
    bench.during = lambda watch: watch.say("verify: what the command said\n  | [red]3 failed")
    screen = drive("y", "w")
    assert screen.depth == 2
    for words in (f"{CLIENT}:7", "it would not parse", "mend it", "| [red]3 failed"):
        assert words in screen.text
    assert drive("escape", review=screen.review).depth == 1


def test_files_are_left_alone_by_the_look_at_the_disk(drive, bench):
    slow = Slow(bench)

    async def changed(pilot):
        bench.fresh = ([ROUTES], bench.plan)
        pilot.app.look_at_disk()
        bench.fresh = None

    screen = drive("y", "w", slow.begins, changed, slow.ends, patient=False)
    assert "changed on the disk" not in screen.text
    assert len(bench.written) == 1


def test_ctrl_c_leaves_as_q_does(drive, bench):
    assert not drive("n", "ctrl+c").running
    assert "before you go" in drive("y", "ctrl+c").text
    assert drive("y", "ctrl+c", "ctrl+c").depth == 1
