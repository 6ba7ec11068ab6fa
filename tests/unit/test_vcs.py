import os
import subprocess

import pytest

from lever_fix import vcs
from lever_fix.errors import UsageError
from lever_fix.vcs import WHOLE_FILE


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path, monkeypatch):
    """No configuration of the machine's, and an identity to commit with."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = T\nemail = t@example.org\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repo(tmp_path):
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    return root


def git(root, *arguments):
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def write(root, path, text=""):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode() if isinstance(text, str) else text)


def commit(root, **files):
    for path, text in files.items():
        write(root, path.replace("__", "."), text)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a commit", "--allow-empty")


def changed(root, revision="HEAD"):
    return vcs.changed_lines(root, revision)


def test_toplevel_of_files_and_directories(repo):
    write(repo, "pkg/a.py")

    assert vcs.toplevel(repo) == repo
    assert vcs.toplevel(repo / "pkg") == repo
    assert vcs.toplevel(repo / "pkg" / "a.py") == repo


def test_no_toplevel_outside_a_repository(tmp_path):
    assert vcs.toplevel(tmp_path) is None
    assert vcs.git_dir(tmp_path) is None


def test_an_empty_git_directory_makes_no_repository(tmp_path):
    (tmp_path / ".git").mkdir()

    assert vcs.toplevel(tmp_path) is None
    assert vcs.list_files(tmp_path, ["."]) is None


def test_a_worktree_has_its_own_toplevel_and_git_directory(repo):
    commit(repo, a__py="")
    git(repo, "worktree", "add", "-q", "../other")
    other = repo.parent / "other"

    assert vcs.toplevel(other) == other
    assert vcs.git_dir(other) == repo / ".git" / "worktrees" / "other"
    assert vcs.git_dir(repo) == repo / ".git"


def test_a_submodule_has_its_own_toplevel(repo, tmp_path):
    inner = repo / "vendored"
    inner.mkdir()
    git(inner, "init", "-q")
    write(inner, "a.py")

    assert vcs.toplevel(inner / "a.py") == inner


def test_variables_of_a_hook_do_not_redirect(repo, tmp_path, monkeypatch):
    write(repo, "a.py")
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    for name, value in {
        "GIT_DIR": other / ".git",
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / "index",
    }.items():
        monkeypatch.setenv(name, str(value))

    assert vcs.toplevel(repo) == repo
    assert vcs.list_files(repo, ["."]) == (["a.py"], {})


def test_without_git_there_are_no_answers(repo, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert vcs.toplevel(repo) is None
    assert vcs.git_dir(repo) is None
    assert vcs.list_files(repo, ["."]) is None
    with pytest.raises(UsageError, match="need git"):
        changed(repo)


def test_lists_tracked_and_untracked_but_not_ignored(repo):
    commit(repo, tracked__py="", gone__py="")
    (repo / "gone.py").unlink()
    write(repo, ".gitignore", "ignored.py\n")
    for name in (
        "ignored.py",
        "new.py",
        "é.py",
        'q"\\.py',
        "line\nend.py",
        "sub/[a].py",
        "sub/a.py",
    ):
        write(repo, name)

    files, unopened = vcs.list_files(repo, ["."])

    assert unopened == {}
    top = {".gitignore", "tracked.py", "gone.py", "new.py", "é.py", 'q"\\.py', "line\nend.py"}
    assert set(files) == top | {"sub/[a].py", "sub/a.py"}
    assert vcs.list_files(repo, ["sub/[a].py"]) == (["sub/[a].py"], {})
    assert vcs.list_files(repo / "sub", ["."]) == (["[a].py", "a.py"], {})


def test_unmerged_files_are_listed_once(repo):
    commit(repo, a__py="1\n")
    git(repo, "checkout", "-qb", "side")
    commit(repo, a__py="2\n")
    git(repo, "checkout", "-q", "main")
    commit(repo, a__py="3\n")
    subprocess.run(["git", "merge", "side"], cwd=repo, capture_output=True)

    assert vcs.list_files(repo, ["."]) == (["a.py"], {})


OLD = "".join(f"line {number}\n" for number in range(1, 11))


@pytest.mark.parametrize(
    ("new", "ranges"),
    [
        pytest.param(OLD.replace("line 3\n", "new\n"), [(3, 3)], id="changed-line"),
        pytest.param(OLD.replace("line 3\n", "line 3\na\nb\n"), [(4, 5)], id="added-lines"),
        pytest.param("a\n" + OLD + "b\n", [(1, 1), (12, 12)], id="both-ends"),
        pytest.param(OLD.replace("line 3\n", ""), None, id="deleted-line"),
        pytest.param("", None, id="emptied"),
        pytest.param(OLD.rstrip("\n"), [(10, 10)], id="final-newline-gone"),
        pytest.param(OLD.replace("line 3", "++ b/other.py"), [(3, 3)], id="looks-like-a-header"),
        pytest.param(OLD.replace("line 3", "@@ -1 +1,9 @@"), [(3, 3)], id="looks-like-a-hunk"),
        pytest.param(OLD.replace("line 3", "\0"), [(3, 3)], id="binary-to-git"),
        pytest.param(OLD.replace("line 3", "line\r3"), [(3, 3)], id="lone-cr-is-no-line-end"),
        pytest.param(OLD.replace("\n", "\r\n"), [(1, 10)], id="crlf"),
        pytest.param(OLD, None, id="unchanged"),
    ],
)
def test_changed_lines(repo, new, ranges):
    commit(repo, a__py=OLD)
    write(repo, "a.py", new)

    assert changed(repo) == ({"a.py": ranges} if ranges else {})


@pytest.mark.parametrize(
    "name",
    ["a b.py", "é.py", 'q".py', "back\\slash.py", "tab\t.py", "line\nend.py", "[a].py", "-x.py"],
)
def test_changed_lines_of_odd_names(repo, name):
    write(repo, name, OLD)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "a commit")
    write(repo, name, "new\n" + OLD)

    assert changed(repo) == {name: [(1, 1)]}


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are Unicode")
def test_changed_lines_of_a_name_that_is_not_utf_8(repo):
    name = os.fsdecode(b"caf\xe9.py")
    write(repo, name, OLD)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "a commit")
    write(repo, name, "new\n" + OLD)

    assert changed(repo) == {name: [(1, 1)]}


def test_staged_and_unstaged_changes_count(repo):
    commit(repo, a__py=OLD, b__py=OLD)
    write(repo, "a.py", OLD + "staged\n")
    git(repo, "add", "-A")
    write(repo, "b.py", OLD + "unstaged\n")

    assert changed(repo) == {"a.py": [(11, 11)], "b.py": [(11, 11)]}


def test_untracked_files_count_whole_and_deleted_ones_not(repo):
    commit(repo, a__py=OLD)
    (repo / "a.py").unlink()
    write(repo, "pkg/new.py", "x\n")

    assert changed(repo) == {"pkg/new.py": [WHOLE_FILE]}


def test_a_renamed_file_counts_where_its_text_changed(repo):
    commit(repo, a__py=OLD)
    git(repo, "mv", "a.py", "b.py")
    assert changed(repo) == {}

    write(repo, "b.py", OLD + "new\n")
    assert changed(repo) == {"b.py": [(11, 11)]}


def test_a_branch_is_compared_from_where_the_work_forked_off(repo):
    commit(repo, a__py=OLD, b__py=OLD)
    git(repo, "checkout", "-qb", "work")
    commit(repo, a__py=OLD + "ours\n")
    git(repo, "checkout", "-q", "main")
    commit(repo, b__py=OLD + "theirs\n")
    git(repo, "checkout", "-q", "work")

    assert changed(repo, "main") == {"a.py": [(11, 11)]}


def test_the_users_diff_settings_change_nothing(repo):
    commit(repo, a__py=OLD)
    for key, value in {
        "color.ui": "always",
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.context": "3",
        "diff.interHunkContext": "5",
        "diff.external": "false",
        "diff.submodule": "log",
        "core.quotePath": "true",
        "core.pager": "false",
    }.items():
        git(repo, "config", key, value)
    write(repo, ".gitattributes", "*.py diff=odd -text\n")
    git(repo, "config", "diff.odd.textconv", "false")
    git(repo, "add", "-A")
    write(repo, "a.py", "a\n" + OLD.replace("line 3", "b"))

    assert changed(repo) == {".gitattributes": [(1, 1)], "a.py": [(1, 1), (4, 4)]}


@pytest.mark.parametrize(
    ("revision", "hint"),
    [
        ("mian", "did you mean 'main'?"),
        ("deadbeef", "'git branch --all'"),
        ("main..HEAD", "'git branch --all'"),
        ("--output=x", "'git branch --all'"),
        ("", "'git branch --all'"),
    ],
)
def test_an_unknown_revision_is_named(repo, revision, hint):
    commit(repo, a__py="")

    with pytest.raises(UsageError) as caught:
        changed(repo, revision)
    assert caught.value.message == f"unknown revision '{revision}'"
    assert hint in caught.value.hint
    assert not (repo / "x").exists()


def test_a_repository_without_commits_says_so(repo):
    with pytest.raises(UsageError) as caught:
        changed(repo)
    assert caught.value.hint == "the repository has no commits yet"


def test_a_shallow_clone_says_so(repo):
    commit(repo, a__py="1")
    commit(repo, a__py="2")
    git(repo.parent, "clone", "-q", "--depth=1", f"file://{repo}", "shallow")

    with pytest.raises(UsageError) as caught:
        changed(repo.parent / "shallow", "HEAD~1")
    assert "--unshallow" in caught.value.hint


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_somebody_else_is_explained(repo, monkeypatch):
    commit(repo, a__py="")
    for path in (repo, repo / ".git"):
        os.chown(path, 65534, 65534)

    for ask in (lambda: vcs.toplevel(repo), lambda: vcs.list_files(repo, ["."])):
        with pytest.raises(UsageError) as caught:
            ask()
        assert caught.value.hint == f"git config --global --add safe.directory {repo}"
