"""Commits are taken back by moving the branch while they are ours alone, else by reverting."""

import pytest

from lever_fix.apply.journal import list_runs
from lever_fix.apply.model import ApplyOptions, CommitStep, RunState
from lever_fix.apply.transaction import apply_changes
from lever_fix.apply.undo import undo
from lever_fix.errors import UndoError
from lever_fix.model import FileChange

BODY = b"".join(b"line %d\n" % n for n in range(30))
MIDDLE = BODY.replace(b"line 20\n", b"LINE 20\n")
FINAL = MIDDLE.replace(b"line 10\n", b"LINE 10\n")
COMMIT = ApplyOptions(commit=True)
DIRTY = ApplyOptions(commit=True, allow_dirty=True)
BRANCH = ApplyOptions(branch="lever")


def apply_two(repo, options: ApplyOptions = COMMIT, mine: tuple[bytes, bytes] = (b"", b"")):
    body, middle, final = (
        text.replace(*mine) if mine[0] else text for text in (BODY, MIDDLE, FINAL)
    )
    made = FileChange(path="new.py", before=None, after=b"x\n")
    first = FileChange(path="a.py", before=body, after=middle)
    second = FileChange(path="a.py", before=middle, after=final)
    steps = [
        CommitStep(codemod="one", summary="First", changes=(first,)),
        CommitStep(codemod="two", summary="Second", changes=(second, made)),
    ]
    whole = FileChange(path="a.py", before=body, after=final)
    return apply_changes(repo.path, [whole, made], steps, options)


@pytest.fixture
def project(repo):
    repo.commit({"a.py": BODY, "b.py": BODY})
    return repo


def state(repo) -> tuple[object, ...]:
    refs = repo.git("for-each-ref", "--format=%(refname) %(objectname)")
    index = repo.git("ls-files", "--stage")
    return refs, repo.git("symbolic-ref", "-q", "HEAD"), index, repo.status, repo.read("a.py")


@pytest.mark.parametrize("options", [COMMIT, BRANCH], ids=["commit", "branch"])
def test_branch_moves_back(project, options: ApplyOptions) -> None:
    before = state(project)
    applied = apply_two(project, options)
    undone = undo(project.path)
    assert undone.moved_back == applied.commits
    assert set(undone.paths) == {"a.py", "new.py"}
    assert state(project) == before
    assert not (project.path / "new.py").exists()
    assert list_runs(project.path)[0].state is RunState.UNDONE


def test_branch_from_detached_head_is_left_and_deleted(project) -> None:
    head = project.head
    project.git("checkout", "-q", "--detach")
    apply_two(project, BRANCH)
    undo(project.path)
    assert project.git("rev-parse", "--abbrev-ref", "HEAD") == "HEAD"
    assert project.head == head
    assert project.git("branch", "--list", "lever") == ""


def test_branch_stays_where_the_one_before_moved_on(project) -> None:
    apply_two(project, BRANCH)
    project.git("branch", "-f", "main", project.git("commit-tree", "-m", "x", "HEAD^{tree}"))
    undo(project.path)
    assert project.git("symbolic-ref", "--short", "HEAD") == "lever"
    assert project.read("a.py") == BODY
    assert project.status == []


STAGES = {
    "unstaged": ((b"line 2\n", b"mine 2\n"), False),
    "staged": ((b"line 2\n", b"mine 2\n"), True),
}


@pytest.mark.parametrize(("mine", "staged"), STAGES.values(), ids=STAGES)
def test_users_edits_come_through(project, mine: tuple[bytes, bytes], staged: bool) -> None:
    project.write("a.py", BODY.replace(*mine))
    project.write("b.py", b"other\n")
    if staged:
        project.git("add", "a.py", "b.py")
    before = state(project)
    apply_two(project, DIRTY, mine)
    undo(project.path)
    assert state(project) == before


def test_edits_staged_since_stay_staged(project) -> None:
    apply_two(project)
    project.write("a.py", FINAL.replace(b"line 2\n", b"mine 2\n"))
    project.git("add", "a.py")
    project.write("a.py", FINAL)
    undo(project.path)
    assert project.git("show", ":a.py").encode() + b"\n" == BODY.replace(b"line 2\n", b"mine 2\n")
    assert project.read("a.py") == BODY


def test_edits_staged_since_in_the_same_line_are_refused(project) -> None:
    apply_two(project)
    project.write("a.py", FINAL.replace(b"LINE 20\n", b"mine 20\n"))
    project.git("add", "a.py")
    project.write("a.py", FINAL)
    before = state(project)
    with pytest.raises(UndoError, match=r"a\.py: staged since"):
        undo(project.path)
    assert state(project) == before


def test_edited_file_stops_everything(project) -> None:
    apply_two(project)
    project.write("a.py", FINAL + b"mine\n")
    before = state(project)
    with pytest.raises(UndoError, match=r"a\.py: edited since"):
        undo(project.path)
    assert state(project) == before


def test_later_commit_makes_it_a_revert(project) -> None:
    applied = apply_two(project)
    project.commit({"b.py": b"later\n"}, "Later")
    undone = undo(project.path)
    assert project.subjects() == [
        'Revert "First"',
        'Revert "Second"',
        "Later",
        "Second",
        "First",
        "Start",
    ]
    assert undone.reverts == tuple(project.git("rev-list", "--reverse", "-2", "HEAD").split())
    assert (undone.moved_back, undone.run_id) == ((), applied.run_id)
    assert (project.read("a.py"), project.read("b.py")) == (BODY, b"later\n")
    assert not (project.path / "new.py").exists()
    assert project.status == []
    assert list_runs(project.path)[0].reverts == undone.reverts


def test_later_change_elsewhere_in_the_file_survives_the_revert(project) -> None:
    apply_two(project)
    project.commit({"a.py": FINAL.replace(b"line 2\n", b"later 2\n")}, "Later")
    undo(project.path)
    assert project.read("a.py") == BODY.replace(b"line 2\n", b"later 2\n")


def test_published_commits_are_reverted(project, make_repo) -> None:
    server = make_repo("server", "--bare")
    project.git("remote", "add", "origin", str(server.path))
    applied = apply_two(project)
    project.git("push", "-q", "origin", "main")
    undone = undo(project.path)
    assert undone.moved_back == ()
    assert len(undone.reverts) == 2
    assert project.git("merge-base", "--is-ancestor", applied.commits[-1], "HEAD") == ""
    assert project.read("a.py") == BODY


def test_merged_branch_is_reverted_where_it_went(project) -> None:
    apply_two(project, BRANCH)
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--no-ff", "-m", "Merge", "lever")
    assert len(undo(project.path).reverts) == 2
    assert project.read("a.py") == BODY


def test_conflicting_revert_is_refused(project) -> None:
    apply_two(project)
    project.commit({"a.py": FINAL.replace(b"LINE 20\n", b"later 20\n")}, "Later")
    before = state(project)
    with pytest.raises(UndoError, match="git could not revert") as caught:
        undo(project.path)
    assert "git revert" in caught.value.hint
    assert state(project) == before
    assert list_runs(project.path)[0].state is RunState.DONE


def test_revert_in_a_dirty_file_is_refused(project) -> None:
    apply_two(project)
    project.commit({"b.py": b"later\n"}, "Later")
    project.write("a.py", FINAL.replace(b"line 2\n", b"mine 2\n"))
    before = state(project)
    with pytest.raises(UndoError, match="would be overwritten"):
        undo(project.path)
    assert state(project) == before


def test_revert_refused_by_a_hook(project) -> None:
    apply_two(project)
    project.commit({"b.py": b"later\n"}, "Later")
    project.hook("prepare-commit-msg", "echo no reverts here; exit 1")
    before = state(project)
    with pytest.raises(UndoError, match="no reverts here"):
        undo(project.path)
    assert state(project) == before
    assert not (project.path / ".git/REVERT_HEAD").exists()


@pytest.mark.parametrize("options", [COMMIT, BRANCH], ids=["commit", "branch"])
def test_commits_on_another_branch_are_named(project, options: ApplyOptions) -> None:
    start = project.head
    apply_two(project, options)
    if options is COMMIT:
        project.git("checkout", "-q", "-b", "elsewhere", start)
    else:
        project.git("checkout", "-q", "main")
    before = state(project)
    with pytest.raises(UndoError, match="not on what is checked out now") as caught:
        undo(project.path)
    home = "main" if options is COMMIT else "lever"
    assert caught.value.hint.endswith(f"git checkout {home}")
    assert state(project) == before
    project.git("checkout", "-q", home)
    undo(project.path)
    assert project.read("a.py") == BODY


def test_user_reset_the_branch_already(project) -> None:
    start = project.head
    apply_two(project)
    project.git("reset", "-q", "--soft", start)
    assert undo(project.path).moved_back == ()
    assert (project.status, project.head) == ([], start)


def test_merge_in_progress(project) -> None:
    apply_two(project)
    project.git("checkout", "-q", "-b", "other", "HEAD~2")
    project.commit({"c.py": b"x\n"})
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--no-commit", "--no-ff", "other")
    with pytest.raises(UndoError, match="a merge is in progress"):
        undo(project.path)


def test_files_that_cannot_come_back_leave_the_branch(project, monkeypatch) -> None:
    apply_two(project)
    before = state(project)

    def full(*arguments) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lever_fix.apply.undo.write_all", full)
    with pytest.raises(UndoError, match="No space left"):
        undo(project.path)
    assert state(project) == before
    monkeypatch.undo()


def test_linked_work_tree(project, tmp_path) -> None:
    project.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    linked = type(project)(tmp_path / "linked")
    before = state(linked)
    apply_two(linked)
    undo(linked.path)
    assert state(linked) == before
