"""An apply writes everything, or says why it wrote nothing."""

import os
import stat
from pathlib import Path

import pytest

from lever_fix.apply import transaction
from lever_fix.apply.journal import interrupted_run, list_runs
from lever_fix.apply.model import ApplyOptions, CommitStep, RunState
from lever_fix.apply.place import locate
from lever_fix.apply.transaction import apply_changes
from lever_fix.apply.undo import undo
from lever_fix.errors import ApplyError, UndoError
from lever_fix.model import FileChange, Safety

OUTSIDE = ApplyOptions(allow_no_vcs=True)
DIRTY = ApplyOptions(allow_dirty=True)

ODD_FILES = {
    "plain.py": (b"x = 1\n", b"x = 2\n"),
    "my dir/my file.py": (b"x\n", b"y\n"),
    "ü/漢字.py": (b"x\n", b"y\n"),
    "bom.py": (b"\xef\xbb\xbfx\r\n", b"\xef\xbb\xbfy\r\n"),
    "latin.py": (b"# coding: latin-1\n# \xe9\n", b"# coding: latin-1\n# \xe9\xe8\n"),
    "no_newline.py": (b"x", b"y"),
    "cr.py": (b"x\ry\r", b"z\ry\r"),
    "empty.py": (b"", b"x\n"),
    "[glob]*.py": (b"x\n", b"y\n"),
}


def change(path: str, before: bytes | None, after: bytes) -> FileChange:
    return FileChange(path=path, before=before, after=after, codemods=("one",))


def odd_changes() -> list[FileChange]:
    return [change(path, *pair) for path, pair in ODD_FILES.items()]


@pytest.fixture
def odd(repo):
    repo.commit({path: before for path, (before, _) in ODD_FILES.items()})
    return repo


def test_apply_and_undo_every_byte(odd) -> None:
    new = change("pkg/new/helper.py", None, b"made\n")
    applied = apply_changes(odd.path, [*odd_changes(), new])
    assert set(applied.paths) == {*ODD_FILES, "pkg/new/helper.py"}
    assert {path: odd.read(path) for path in ODD_FILES} == {p: a for p, (_, a) in ODD_FILES.items()}
    assert odd.read("pkg/new/helper.py") == b"made\n"
    undone = undo(odd.path)
    assert undone.run_id == applied.run_id
    assert set(undone.paths) == set(applied.paths)
    assert odd.status == []
    assert not (odd.path / "pkg").exists()


def test_mode_survives_apply_and_undo(odd) -> None:
    (odd.path / "plain.py").chmod(0o755)
    odd.git("add", "plain.py")
    odd.git("commit", "-q", "-m", "executable")
    apply_changes(odd.path, odd_changes())
    assert stat.S_IMODE((odd.path / "plain.py").stat().st_mode) == 0o755
    undo(odd.path)
    assert stat.S_IMODE((odd.path / "plain.py").stat().st_mode) == 0o755


def test_journal_tells_the_run(odd) -> None:
    steps = [
        CommitStep(codemod="one", summary="One", counts={Safety.SAFE: 2, Safety.UNSAFE: 1}),
        CommitStep(codemod="two", summary="Two", counts={Safety.SAFE: 4}),
    ]
    applied = apply_changes(odd.path, odd_changes(), steps)
    (run,) = list_runs(odd.path)
    assert (run.id, run.state, run.codemods) == (
        applied.run_id,
        RunState.DONE,
        {"one": 3, "two": 4},
    )
    assert run.paths == tuple(ODD_FILES)
    assert interrupted_run(odd.path) is None


def test_nothing_to_write_is_no_run(odd) -> None:
    assert apply_changes(odd.path, [change("plain.py", b"x", b"x")]).run_id == ""
    assert list_runs(odd.path) == []


def test_root_below_the_top(repo) -> None:
    repo.commit({"a.py": b"top\n", "sub/a.py": b"x\n", "sub/b.py": b"x\n"})
    applied = apply_changes(repo.path / "sub", [change("a.py", b"x\n", b"y\n")])
    assert applied.paths == ("a.py",)
    assert repo.status == [" M sub/a.py"]
    assert [run.id for run in list_runs(repo.path)] == [applied.run_id]
    undo(repo.path)
    assert repo.status == []


def test_root_reached_by_a_symbolic_link(odd, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(odd.path)
    apply_changes(tmp_path / "link", odd_changes())
    undo(odd.path)
    assert odd.status == []


def _modified(repo) -> None:
    repo.write("plain.py", b"mine\n")


def _staged(repo) -> None:
    repo.write("plain.py", b"mine\n")
    repo.git("add", "plain.py")


def _untracked(repo) -> None:
    repo.git("rm", "-q", "--cached", "plain.py")
    repo.git("commit", "-q", "-m", "forget")
    repo.write("plain.py", b"mine\n")


def _ignored(repo) -> None:
    _untracked(repo)
    repo.commit({".gitignore": b"plain.py\n"})


def _conflicted(repo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"plain.py": b"theirs\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"plain.py": b"ours\n"})
    repo.git("config", "advice.mergeConflict", "false")
    os.system(f"git -C {repo.path} merge -q other >/dev/null 2>&1")


@pytest.mark.parametrize(
    ("prepare", "word"),
    [
        pytest.param(_modified, "modified", id="modified"),
        pytest.param(_staged, "staged", id="staged"),
        pytest.param(_untracked, "untracked", id="untracked"),
        pytest.param(_ignored, "untracked", id="ignored"),
        pytest.param(_conflicted, "merge conflict", id="merge-conflict"),
    ],
)
def test_dirty_file_is_refused_unless_allowed(odd, prepare, word: str) -> None:
    prepare(odd)
    mine = odd.read("plain.py")
    changes = [*odd_changes()[1:], change("plain.py", mine, b"tool\n")]
    status = odd.status
    with pytest.raises(ApplyError, match=rf"plain\.py \({word}\)") as caught:
        apply_changes(odd.path, changes)
    assert "--allow-dirty" in caught.value.hint
    assert odd.status == status
    assert list_runs(odd.path) == []
    apply_changes(odd.path, changes, options=DIRTY)
    assert odd.read("plain.py") == b"tool\n"
    undo(odd.path)
    assert odd.read("plain.py") == mine
    assert odd.status == status


def test_other_dirty_files_do_not_matter(odd) -> None:
    odd.write("plain.py", b"mine\n")
    odd.write("untracked.py", b"mine\n")
    apply_changes(odd.path, odd_changes()[1:])
    assert odd.read("plain.py") == b"mine\n"


def test_outside_git_must_be_allowed(git_environment, tmp_path: Path) -> None:
    file = tmp_path / "plain.py"
    file.write_bytes(b"x\n")
    with pytest.raises(ApplyError, match="not in a git repository") as caught:
        apply_changes(tmp_path, [change("plain.py", b"x\n", b"y\n")])
    assert "--allow-no-vcs" in caught.value.hint
    apply_changes(tmp_path, [change("plain.py", b"x\n", b"y\n")], options=OUTSIDE)
    assert file.read_bytes() == b"y\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.py", "state"]
    undo(tmp_path)
    assert file.read_bytes() == b"x\n"


def test_bare_repository(make_repo) -> None:
    bare = make_repo("bare.git", "--bare")
    with pytest.raises(ApplyError, match="a bare repository") as caught:
        apply_changes(bare.path, [change("a.py", None, b"x")])
    assert "git worktree add" in caught.value.hint


@pytest.mark.parametrize("options", [ApplyOptions(), DIRTY], ids=["clean", "allow-dirty"])
def test_unborn_branch(repo, options: ApplyOptions) -> None:
    repo.write("a.py", b"x\n")
    repo.git("add", "a.py")
    if not options.allow_dirty:
        with pytest.raises(ApplyError, match=r"a\.py \(staged\)"):
            apply_changes(repo.path, [change("a.py", b"x\n", b"y\n")], options=options)
        return
    apply_changes(repo.path, [change("a.py", b"x\n", b"y\n")], options=options)
    undo(repo.path)
    assert repo.read("a.py") == b"x\n"


def test_detached_head_is_fine_without_commits(odd) -> None:
    odd.git("checkout", "-q", "--detach")
    apply_changes(odd.path, odd_changes())
    undo(odd.path)
    assert odd.status == []


def test_linked_work_tree_has_its_own_journal(odd, tmp_path: Path) -> None:
    odd.git("worktree", "add", "-q", str(tmp_path / "linked"))
    apply_changes(tmp_path / "linked", odd_changes())
    assert (tmp_path / "linked/plain.py").read_bytes() == b"x = 2\n"
    assert list_runs(odd.path) == []
    assert locate(tmp_path / "linked").home == odd.path / ".git/worktrees/linked/lever-fix"
    undo(tmp_path / "linked")
    assert (tmp_path / "linked/plain.py").read_bytes() == b"x = 1\n"
    assert not list((tmp_path / "linked").glob(".lever*"))


def test_submodule(odd, make_repo) -> None:
    outer = make_repo("outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", str(odd.path), "sub")
    outer.git("commit", "-q", "-m", "submodule")
    with pytest.raises(ApplyError, match=r"sub/plain\.py: lies in the submodule sub") as caught:
        apply_changes(outer.path, [change("sub/plain.py", b"x = 1\n", b"x = 2\n")])
    assert "inside sub" in caught.value.hint
    apply_changes(outer.path / "sub", odd_changes())
    assert locate(outer.path / "sub").home == outer.path / ".git/modules/sub/lever-fix"
    assert outer.status == [" M sub"]
    undo(outer.path / "sub")
    assert outer.status == []


@pytest.mark.parametrize(
    "names",
    [("GIT_DIR",), ("GIT_INDEX_FILE",), ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE")],
    ids=["git-dir", "index", "all"],
)
def test_hook_of_another_repository_does_not_confuse(
    odd, make_repo, git_environment, names
) -> None:
    other = make_repo("other").path
    values = {
        "GIT_DIR": other / ".git",
        "GIT_INDEX_FILE": other / ".git/index",
        "GIT_WORK_TREE": other,
    }
    for name in names:
        git_environment.setenv(name, str(values[name]))
    apply_changes(odd.path, odd_changes())
    for name in names:
        git_environment.delenv(name)
    assert len(odd.status) == len(ODD_FILES)


def test_read_only_file_is_refused(odd) -> None:
    (odd.path / "plain.py").chmod(0o444)
    with pytest.raises(ApplyError, match=r"plain\.py: read-only") as caught:
        apply_changes(odd.path, odd_changes())
    assert caught.value.hint == "make it writable first: chmod u+w plain.py"
    assert odd.status == []
    assert list_runs(odd.path) == []


def test_file_changed_since_analysis(odd) -> None:
    with pytest.raises(ApplyError, match=r"plain\.py: changed since it was analysed"):
        apply_changes(odd.path, [*odd_changes()[1:], change("plain.py", b"old\n", b"new\n")])
    assert odd.status == []


@pytest.mark.parametrize("failing", ["journal.begin", "journal.update", "write_all"])
def test_failing_disk_takes_everything_back(odd, monkeypatch, failing: str) -> None:
    real = transaction.write_all
    calls = []

    def fail(*arguments) -> None:
        calls.append(arguments)
        if failing == "write_all" and len(calls) > 1:
            return real(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"lever_fix.apply.transaction.{failing}", fail)
    with pytest.raises(ApplyError, match="No space left on device"):
        apply_changes(odd.path, odd_changes())
    assert odd.status == []
    assert list_runs(odd.path) == []


def test_failing_restore_keeps_the_journal(odd, monkeypatch) -> None:
    real = transaction.write_all

    def fail_after(top, writes, tag, *_) -> None:
        real(top, writes[:4], tag)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(transaction, "write_all", fail_after)
    with pytest.raises(ApplyError, match="taking it back failed") as caught:
        apply_changes(odd.path, odd_changes())
    monkeypatch.undo()
    run = interrupted_run(odd.path)
    assert run is not None
    assert caught.value.hint.endswith(f"lever-fix undo {run.id}")


def test_steps_that_lead_elsewhere_are_a_mistake_of_the_caller(odd) -> None:
    with pytest.raises(ValueError, match="do not lead to the changes"):
        apply_changes(odd.path, odd_changes(), [], ApplyOptions(commit=True))
    assert odd.status == []


def test_undo_refuses_an_edited_file_and_restores_none(odd) -> None:
    applied = apply_changes(odd.path, odd_changes())
    odd.write("ü/漢字.py", b"edited\n")
    with pytest.raises(UndoError, match=f"ü/漢字.py: edited since run {applied.run_id}"):
        undo(odd.path)
    assert odd.read("plain.py") == b"x = 2\n"
    (odd.path / "ü/漢字.py").unlink()
    with pytest.raises(UndoError, match="deleted since"):
        undo(odd.path)
    odd.write("ü/漢字.py", b"y\n")
    undo(odd.path)
    assert odd.status == []


def test_undo_names_the_later_run(odd) -> None:
    first = apply_changes(odd.path, odd_changes())
    second = apply_changes(odd.path, [change("plain.py", b"x = 2\n", b"x = 3\n")], options=DIRTY)
    with pytest.raises(UndoError) as caught:
        undo(odd.path, first.run_id)
    assert caught.value.hint.endswith(f"lever-fix undo {second.run_id}")
    assert [undo(odd.path).run_id, undo(odd.path).run_id] == [second.run_id, first.run_id]
    assert odd.status == []
    with pytest.raises(UndoError, match="every run here is undone already"):
        undo(odd.path)
    with pytest.raises(UndoError, match=f"{first.run_id} is undone already"):
        undo(odd.path, first.run_id)


def test_undo_of_a_new_file_keeps_others_in_its_directory(repo) -> None:
    repo.commit({"a.py": b"x\n"})
    apply_changes(repo.path, [change("pkg/new.py", None, b"made\n")])
    repo.write("pkg/mine.py", b"mine\n")
    undo(repo.path)
    assert sorted(path.name for path in (repo.path / "pkg").iterdir()) == ["mine.py"]
