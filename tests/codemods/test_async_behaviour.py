"""Executed proof: the programs of the snapshots do the same before and after, only sooner."""

import pytest

CODEMODS = ("async-sleep", "gather-awaits", "gather-loop")


def test_same_behaviour_and_sooner(snapshot, tmp_path, monkeypatch, run_program):
    """Two runs at once: what blocks the event loop makes the other wait."""
    times = 2 if snapshot.codemod == "async-sleep" else 1
    old = run_program(snapshot.before, tmp_path / "before", monkeypatch, times)
    new = run_program(snapshot.after, tmp_path / "after", monkeypatch, times)
    assert old.result, "the program returned nothing to compare"
    if snapshot.left_alone or snapshot.options.get("safety") == "display":
        assert (new.result, new.events) == (old.result, old.events)
        return
    if snapshot.options.get("safety") != "unsafe":
        assert new.result == old.result
    assert sorted(new.events) == sorted(old.events)
    assert new.seconds < old.seconds


@pytest.mark.parametrize(("code", "seconds"), [("asyncio.sleep(2)", 2), ("asyncio.sleep(0)", 0)])
def test_the_clock_counts_what_a_program_sleeps(code, seconds, tmp_path, monkeypatch, run_program):
    text = f"import asyncio\nasync def main():\n    await {code}\n    return 1\n"
    assert run_program({"main.py": text.encode()}, tmp_path, monkeypatch).seconds == seconds


def test_the_clock_counts_a_plain_sleep_for_everyone(tmp_path, monkeypatch, run_program):
    text = "import time\nasync def main():\n    time.sleep(2)\n    return 1\n"
    assert run_program({"main.py": text.encode()}, tmp_path, monkeypatch, 3).seconds == 6
