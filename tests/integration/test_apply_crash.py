"""`kill -9` at any point of an apply: every byte comes back."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lever_fix.apply.journal import interrupted_run, list_runs
from lever_fix.apply.model import RunState
from lever_fix.apply.undo import undo
from lever_fix.errors import UndoError

FILES = {f"pkg/m{n}.py": b"before %d\r\n" % n for n in range(30)}

# Runs in a child process: applies to all files and kills itself at the call of this number.
CHILD = """
import os, signal, sys
from pathlib import Path
from lever_fix.apply import commits, durable, journal, transaction, undo, write
from lever_fix.apply.model import ApplyOptions, CommitStep
from lever_fix.model import FileChange

module, name, fatal, mode, root = sys.argv[1:]
target = {"write": write, "transaction": transaction, "commits": commits, "undo": undo}[module]
real, calls = getattr(target, name), 0

def dying(*arguments, **options):
    global calls
    calls += 1
    if calls == int(fatal):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **options)

files = sorted(Path(root, "pkg").glob("m*.py"))
paths = [file.relative_to(root).as_posix() for file in files]
changes = [
    FileChange(path=path, before=file.read_bytes(), after=b"after\\n")
    for path, file in zip(paths, files)
]
changes.append(FileChange(path="made/new.py", before=None, after=b"new\\n"))
middle = len(changes) // 2
steps = [CommitStep(codemod="one", summary="One", changes=tuple(changes[:middle])),
         CommitStep(codemod="two", summary="Two", changes=tuple(changes[middle:]))]
if mode == "undo":
    transaction.apply_changes(Path(root), changes)
setattr(target, name, dying)
if mode == "undo":
    undo.undo(Path(root))
else:
    branch = "lever" if mode == "branch" else ""
    options = ApplyOptions(commit=mode == "commit", branch=branch)
    transaction.apply_changes(Path(root), changes, steps, options)
"""


def killed(root: Path, module: str, name: str, fatal: int, mode: str = "files") -> None:
    command = [sys.executable, "-c", CHILD, module, name, str(fatal), mode, str(root)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.fixture
def project(repo):
    repo.commit(FILES)
    return repo


def everything(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


@pytest.mark.parametrize(
    ("module", "name", "fatal"),
    [
        pytest.param("write", "_stage_one", 7, id="temporary-files"),
        pytest.param("write", "_rename", 1, id="before-the-first-rename"),
        pytest.param("write", "_rename", 15, id="half-way"),
        pytest.param("write", "_rename", 31, id="before-the-last-rename"),
        pytest.param("write", "_sync_directories", 1, id="all-renamed"),
    ],
)
def test_kill_while_writing(project, module: str, name: str, fatal: int) -> None:
    killed(project.path, module, name, fatal)
    now = everything(project.path)
    for path, before in FILES.items():
        assert now[path] in (before, b"after\n")
    if name == "_rename":
        assert sum(now[path] == b"after\n" for path in FILES) == fatal - 1
    run = interrupted_run(project.path)
    assert run is not None
    undo(project.path, run.id)
    assert everything(project.path) == FILES
    assert not (project.path / "made").exists()
    assert interrupted_run(project.path) is None


def test_edit_after_the_kill_is_kept(project) -> None:
    killed(project.path, "write", "_rename", 15)
    project.write("pkg/m3.py", b"edited since\n")
    with pytest.raises(UndoError, match=r"pkg/m3\.py: edited since"):
        undo(project.path)
    assert project.read("pkg/m3.py") == b"edited since\n"


@pytest.mark.parametrize("mode", ["commit", "branch"])
@pytest.mark.parametrize(
    ("module", "name", "fatal"),
    [
        pytest.param("write", "_rename", 15, id="half-written"),
        pytest.param("commits", "_commit", 1, id="before-the-first-commit"),
        pytest.param("commits", "_commit", 2, id="between-the-commits"),
        pytest.param("commits", "refresh_index", 1, id="index-written"),
        pytest.param("transaction", "_touched", 1, id="all-but-the-journal"),
    ],
)
def test_kill_while_committing(project, module: str, name: str, fatal: int, mode: str) -> None:
    start = project.head
    killed(project.path, module, name, fatal, mode)
    undo(project.path)
    assert everything(project.path) == FILES
    assert project.status == []
    assert (project.head, project.git("branch", "--format=%(refname:short)")) == (start, "main")
    assert not list((project.path / ".git/lever-fix").glob("index-*"))


@pytest.mark.parametrize("mode", ["commit", "branch"])
def test_commit_of_the_user_after_the_kill_is_kept(project, mode: str) -> None:
    killed(project.path, "commits", "_commit", 1, mode)
    project.commit({"mine.py": b"mine\n"}, "Mine")
    undo(project.path)
    assert everything(project.path) == {**FILES, "mine.py": b"mine\n"}
    assert project.subjects() == ["Mine", "Start"]
    assert project.status == []


@pytest.mark.parametrize("mode", ["commit", "branch"])
def test_user_went_to_another_branch_after_the_kill(project, mode: str) -> None:
    killed(project.path, "transaction", "_touched", 1, mode)
    project.git(
        "checkout", "-q", "-b", "elsewhere", project.git("rev-list", "--max-parents=0", "HEAD")
    )
    with pytest.raises(UndoError, match="not on what is checked out now"):
        undo(project.path)


@pytest.mark.parametrize("fatal", [1, 15, 31])
def test_kill_while_undoing(project, fatal: int) -> None:
    killed(project.path, "write", "_rename", fatal, "undo")
    (run,) = list_runs(project.path)
    assert run.state is RunState.DONE
    undo(project.path)
    assert everything(project.path) == FILES
