"""What is remembered of a run, and where."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from lever_fix.apply import journal
from lever_fix.apply.lock import exclusive, is_held
from lever_fix.apply.model import Entry, Run, RunState
from lever_fix.apply.place import locate
from lever_fix.apply.undo import undo
from lever_fix.errors import ApplyError, UndoError
from lever_fix.sources import digest


@pytest.fixture
def root(git_environment, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def recorded(root: Path, state: RunState = RunState.DONE, data: bytes = b"before") -> Run:
    place = locate(root)
    run_id, moment = journal.next_run_id(place)
    entry = Entry(b"a.py", digest(data), digest(b"after"))
    run = Run(id=run_id, started=moment, state=state, codemods={"x": 2}, entries=(entry,))
    journal.begin(place, run, [data])
    return run


def folder_of(root: Path, run: Run) -> Path:
    return locate(root).home / "runs" / run.id


def test_a_run_comes_back_as_it_was(root: Path) -> None:
    run = recorded(root)
    assert journal.list_runs(root) == [run]
    assert journal.load_run(locate(root), run.id) == run
    assert journal.load_images(locate(root), run) == (b"before",)


def test_ids_tell_the_time(root: Path) -> None:
    run = recorded(root)
    assert run.id == run.started.strftime("%Y%m%d-%H%M%S-%f")[:-3]


def test_ids_sort_by_age_also_where_the_clock_was_set_back(root: Path) -> None:
    future = Run(id="29991231-235959-999", started=datetime(2999, 12, 31, tzinfo=UTC))
    journal.begin(locate(root), future, [])
    later = [recorded(root) for _ in range(3)]
    assert [run.id for run in journal.list_runs(root)][::-1] == [
        future.id,
        "30000101-000000-000",
        "30000101-000000-001",
        "30000101-000000-002",
    ]
    assert [run.started for run in later] == sorted(run.started for run in later)


def test_path_that_is_not_utf8_survives(root: Path) -> None:
    run = Run(id="x", started=datetime.now(UTC), entries=(Entry(b"a\xe9.py", None, ""),))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(run), type=Run)
    assert again.paths == (os.fsdecode(b"a\xe9.py"),)


def test_only_the_last_runs_are_kept(root: Path) -> None:
    runs = [recorded(root) for _ in range(journal.KEPT + 3)]
    assert journal.list_runs(root) == runs[:2:-1]


def test_draft_of_a_killed_process_is_swept(root: Path) -> None:
    recorded(root)
    draft = locate(root).home / "runs" / ".20200101-000000-000"
    draft.mkdir()
    (draft / "images.msgpack").write_bytes(b"half")
    assert len(journal.list_runs(root)) == 1
    recorded(root)
    assert not draft.exists()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _junk(path: Path) -> None:
    path.write_bytes(b"\xc1junk")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _flip(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"before", b"beforE"))


def _other_shape(path: Path) -> None:
    path.write_bytes(msgspec.msgpack.encode({"version": 1, "id": 3}))


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        pytest.param("run.msgpack", _cut, id="record-cut"),
        pytest.param("run.msgpack", _junk, id="record-junk"),
        pytest.param("run.msgpack", _empty, id="record-empty"),
        pytest.param("run.msgpack", _other_shape, id="record-of-other-shape"),
        pytest.param("run.msgpack", Path.unlink, id="record-missing"),
        pytest.param("images.msgpack", _cut, id="images-cut"),
        pytest.param("images.msgpack", _flip, id="images-flipped"),
        pytest.param("images.msgpack", Path.unlink, id="images-missing"),
    ],
)
def test_damage_is_named_and_touches_nothing(root: Path, file: str, damage) -> None:
    older, run = recorded(root), recorded(root)
    (root / "a.py").write_bytes(b"after")
    damage(folder_of(root, run) / file)
    with pytest.raises(UndoError, match="the journal of this run is damaged") as caught:
        undo(root)
    assert str(folder_of(root, run)) in caught.value.hint
    assert (root / "a.py").read_bytes() == b"after"
    listed = journal.list_runs(root)
    assert [each.id for each in listed] == [run.id, older.id]
    assert listed[0].state is (RunState.DAMAGED if file == "run.msgpack" else RunState.DONE)
    assert journal.interrupted_run(root) is None


def test_journal_of_a_newer_tool_is_named(root: Path) -> None:
    run = recorded(root)
    newer = msgspec.msgpack.encode({"version": 99, "surprise": True})
    (folder_of(root, run) / "run.msgpack").write_bytes(newer)
    with pytest.raises(UndoError, match="written by a newer lever-fix"):
        undo(root)


def test_nothing_to_undo_leaves_no_trace(root: Path) -> None:
    with pytest.raises(UndoError, match="no run to undo"):
        undo(root)
    assert not locate(root).home.exists()


def test_unknown_run_is_named(root: Path) -> None:
    recorded(root)
    with pytest.raises(UndoError, match="no run 2001 here"):
        undo(root, "2001")


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([], False),
        ([RunState.DONE], False),
        ([RunState.UNDONE], False),
        ([RunState.DONE, RunState.PENDING], True),
        ([RunState.PENDING, RunState.DONE], False),
    ],
    ids=["none", "done", "undone", "pending-last", "pending-before"],
)
def test_interrupted_run(root: Path, states: list[RunState], found: bool) -> None:
    runs = [recorded(root, state) for state in states]
    assert journal.interrupted_run(root) == (runs[-1] if found else None)


def test_run_in_progress_is_not_interrupted(root: Path) -> None:
    run = recorded(root, RunState.PENDING)
    with exclusive(locate(root).home):
        assert journal.interrupted_run(root) is None
    assert journal.interrupted_run(root) == run


HOLD = """
import sys
from pathlib import Path
from lever_fix.apply.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_processes_never_write_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(ApplyError, match=rf"another lever-fix \(process {other.pid}\)"),
            exclusive(tmp_path),
        ):
            pass
        assert is_held(tmp_path)
        other.kill()  # the lock must end with its process
        other.wait()
    assert not is_held(tmp_path)
    with exclusive(tmp_path):
        pass


def test_looking_for_an_interrupted_run_loads_no_git_library(root: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from lever_fix.apply import journal, patch;"
        "journal.interrupted_run(Path('.'));"
        "print([name for name in ('git', 'libcst', 'rich', 'typer') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"[]\n"


@pytest.mark.parametrize("inner", ["", "sub/dir"], ids=["top", "below"])
def test_place_inside_a_repository(make_repo, inner: str) -> None:
    repo = make_repo()
    (repo.path / inner).mkdir(parents=True, exist_ok=True)
    place = locate(repo.path / inner)
    assert (place.top, place.git_dir) == (repo.path.resolve(), repo.path.resolve() / ".git")
    assert place.home == repo.path.resolve() / ".git/lever-fix"
    assert place.prefix == (f"{inner}/" if inner else "")


def test_place_outside_git_is_private_to_the_root(root: Path, tmp_path: Path) -> None:
    (tmp_path / "twin" / "project").mkdir(parents=True)
    homes = {locate(folder).home for folder in (root, tmp_path / "twin" / "project")}
    assert len(homes) == 2
    assert all(home.is_relative_to(tmp_path / "state") for home in homes)


@pytest.mark.parametrize(
    "content", [b"gitdir: nowhere\n", b"junk", b""], ids=["dangling", "junk", "empty"]
)
def test_broken_git_file_is_no_repository(root: Path, content: bytes) -> None:
    (root / ".git").write_bytes(content)
    assert locate(root).git_dir is None
