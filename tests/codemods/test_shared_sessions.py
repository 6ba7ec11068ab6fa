"""What would happen if two awaits that share a session were gathered all the same.

The snapshots show that they are left alone; here each is gathered by hand, to show that the case
holds the fault it is there for: with a real database, or a connection that takes one statement at
a time.
"""

import re

import pytest

from lever_fix.registry import SHIPPED

FOLDER = SHIPPED.parent / "snapshots" / "gather-awaits"
PAIR = re.compile(r"^( +)(\w+) = await (.+)\n\1(\w+) = await (.+)\n", re.MULTILINE)
_SHARED = "InvalidRequestError|IllegalStateChangeError"
FAULTS = {
    "session_in_a_parameter": _SHARED,
    "session_of_self": _SHARED,
    "session_in_a_closure": _SHARED,
    "session_in_a_context_variable": _SHARED,
    "session_in_a_global": _SHARED,
    "injected_service": _SHARED,
    "built_from_a_session": _SHARED,
    "one_connection_of_a_pool": "InterfaceError",
    "connection_without_a_type": "InterfaceError",
}


def gathered(code: bytes) -> bytes:
    """The code with every pair of adjacent awaits gathered, whatever they do."""
    text = PAIR.sub(r"\1\2, \4 = await __import__('asyncio').gather(\3, \5)\n", code.decode())
    return text.encode()


@pytest.mark.parametrize(("case", "fault"), FAULTS.items(), ids=list(FAULTS))
def test_gathering_it_would_break_it(case, fault, tmp_path, monkeypatch, run_program):
    files = {path.name: path.read_bytes() for path in (FOLDER / case / "before").iterdir()}
    forced = {name: gathered(code) for name, code in files.items()}
    assert forced != files, "nothing was gathered"
    fine = run_program(files, tmp_path / "before", monkeypatch)
    broken = run_program(forced, tmp_path / "forced", monkeypatch)
    assert "Error" not in fine.result[0]
    assert re.match(fault, broken.result[0])


INTERLEAVED = ["changes_a_global", "changes_its_argument", "changes_self", "fills_a_cache"]
OUT_OF_ORDER = ["writes_further_down", "guard_first", "guard_by_its_error"]


@pytest.mark.parametrize("case", [*INTERLEAVED, *OUT_OF_ORDER])
def test_gathering_it_would_change_it(case, tmp_path, monkeypatch, run_program):
    files = {path.name: path.read_bytes() for path in (FOLDER / case / "before").iterdir()}
    forced = {name: gathered(code) for name, code in files.items()}
    old = run_program(files, tmp_path / "before", monkeypatch)
    new = run_program(forced, tmp_path / "forced", monkeypatch)
    assert (new.result, new.events) != (old.result, old.events)
