import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from lever_fix.discovery import discover, find_root
from lever_fix.errors import UsageError

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path, monkeypatch):
    (tmp_path / "gitconfig").write_text("[user]\nname = T\nemail = t@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(params=["git", "walk"])
def root(request, tmp_path):
    """The same tree must give the same files inside a repository and outside."""
    root = tmp_path / "root"
    root.mkdir()
    if request.param == "git":
        git(root, "init", "-q")
    return root


@pytest.fixture
def repo(tmp_path):
    repo = tmp_path / "repo"
    repo.mkdir()
    git(repo, "init", "-q")
    return repo


def git(root, *arguments):
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def write(root, *paths, text=""):
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def found(root, *paths, exclude=(), **options):
    files, problems = discover(root, paths, exclude_for=lambda directory: tuple(exclude), **options)
    assert problems == []
    return files


def test_python_files_sorted_with_posix_paths(root):
    write(root, "b.py", "a/z.py", "a/é.py", "a/b/c.py", "a b.py", "a-b.py")
    write(root, "stub.pyi", "book.ipynb", "notes.txt", "script", "x.pyc", "Y.PY")

    assert found(root) == ["a b.py", "a-b.py", "a/b/c.py", "a/z.py", "a/é.py", "b.py"]


def test_an_empty_tree_has_no_files(root):
    assert found(root) == []


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param(["."], ["a.py", "pkg/a.py", "pkg/sub/a.py", "pkgs/a.py"], id="all"),
        pytest.param(["pkg"], ["pkg/a.py", "pkg/sub/a.py"], id="directory"),
        pytest.param(["pkg/"], ["pkg/a.py", "pkg/sub/a.py"], id="trailing-slash"),
        pytest.param(["pkg/../pkgs"], ["pkgs/a.py"], id="dots"),
        pytest.param(["pkg", "pkg/sub", "pkg/a.py"], ["pkg/a.py", "pkg/sub/a.py"], id="nested"),
        pytest.param(["a.py", "pkg/sub"], ["a.py", "pkg/sub/a.py"], id="file-and-directory"),
        pytest.param(["pkg/script"], ["pkg/script"], id="file-without-suffix"),
        pytest.param(["a.py", "./a.py"], ["a.py"], id="same-file-twice"),
    ],
)
def test_paths_that_are_named(root, paths, expected):
    write(root, "a.py", "pkg/a.py", "pkg/sub/a.py", "pkg/script", "pkgs/a.py")

    assert found(root, *paths) == expected
    assert found(root, *(root / path for path in paths)) == expected


def test_relative_paths_start_at_the_working_directory(root):
    write(root, "a.py", "pkg/a.py", "pkg/sub/a.py")

    assert found(root, "sub", cwd=root / "pkg") == ["pkg/sub/a.py"]
    assert found(root, cwd=root / "pkg") == ["pkg/a.py", "pkg/sub/a.py"]
    assert found(root, "../a.py", cwd=root / "pkg") == ["a.py"]


def test_names_full_of_pattern_characters_are_plain(root):
    write(root, "[ab]/x.py", "a/x.py", "*.py", "!b.py", "#c.py", ":(top)/d.py", "-e.py")

    assert found(root, "[ab]", "*.py") == ["*.py", "[ab]/x.py"]
    assert found(root, ":(top)", "-e.py") == ["-e.py", ":(top)/d.py"]


def test_gitignore_files_at_every_level(root):
    write(root, ".gitignore", text="*_pb2.py\n/local.py\nout/\n# comment\n\n\\#odd.py\n")
    write(root, "pkg/.gitignore", text="!keep_pb2.py\n/local2.py\ndeep/*.py\n")
    write(root, "a.py", "a_pb2.py", "local.py", "out/a.py", "#odd.py")
    write(root, "pkg/local.py", "pkg/keep_pb2.py", "pkg/b_pb2.py", "pkg/local2.py", "pkg/deep/a.py")
    write(root, "pkg/sub/local2.py", "pkg/sub/keep_pb2.py", "pkg/out/a.py")

    inside = ["pkg/keep_pb2.py", "pkg/local.py", "pkg/sub/keep_pb2.py", "pkg/sub/local2.py"]
    assert found(root) == ["a.py", *inside]
    assert found(root, "pkg") == inside
    assert found(root, "pkg/sub") == inside[2:]


def test_an_ignored_directory_is_closed_for_good(root):
    write(root, ".gitignore", text="gen/\n!gen/keep.py\n")
    write(root, "gen/keep.py", "a.py")

    assert found(root) == ["a.py"]


def test_an_ignored_file_is_taken_when_it_is_named(root):
    write(root, ".gitignore", text="local.py\n")
    write(root, "local.py", "a.py")

    assert found(root, "local.py") == ["local.py"]
    assert found(root, ".", "local.py") == ["a.py", "local.py"]


@pytest.mark.parametrize(
    "directory", [".git", ".venv", "venv", "__pycache__", "node_modules", ".tox", "build", "dist"]
)
def test_some_directories_are_never_entered(tmp_path, directory):
    write(tmp_path, "a.py", f"{directory}/x.py", f"pkg/{directory}/sub/x.py")

    assert found(tmp_path) == ["a.py"]


def test_default_exclusions_hold_for_tracked_files_too(repo):
    write(repo, "a.py", "venv/x.py", "pkg/site-packages/x.py", "pkg/build.py")
    git(repo, "add", "-A", "-f")

    assert found(repo) == ["a.py", "pkg/build.py"]


def test_default_exclusions_yield_to_a_name_and_to_a_pattern(root):
    write(root, "a.py", "build/x.py", "build/dist/y.py", "build/sub/z.py", "venv/lib/z.py")

    assert found(root, "build") == ["build/sub/z.py", "build/x.py"]
    assert found(root, ".", "venv/lib") == ["a.py", "venv/lib/z.py"]
    assert found(root, exclude=["!build"]) == ["a.py", "build/sub/z.py", "build/x.py"]


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        pytest.param(["gen"], ["a.py", "pkg/a.py", "pkg/b.py"], id="name-anywhere"),
        pytest.param(["/gen"], ["a.py", "pkg/a.py", "pkg/b.py", "pkg/gen/a.py"], id="anchored"),
        pytest.param(["pkg/gen/"], ["a.py", "gen/a.py", "pkg/a.py", "pkg/b.py"], id="directory"),
        pytest.param(["pkg/*.py"], ["a.py", "gen/a.py", "pkg/gen/a.py"], id="glob"),
        pytest.param(["**/a.py"], ["pkg/b.py"], id="double-star"),
        pytest.param(["pkg/*", "!pkg/b.py"], ["a.py", "gen/a.py", "pkg/b.py"], id="negated"),
        pytest.param(
            ["a.py/"], ["a.py", "gen/a.py", "pkg/a.py", "pkg/b.py", "pkg/gen/a.py"], id="no-dir"
        ),
    ],
)
def test_excluded_patterns(root, exclude, expected):
    write(root, "a.py", "gen/a.py", "pkg/a.py", "pkg/b.py", "pkg/gen/a.py")

    assert found(root, exclude=exclude) == expected
    assert found(root, "pkg/gen/a.py", exclude=exclude) == ["pkg/gen/a.py"]


def test_each_directory_has_its_own_exclusions(root):
    write(root, "a.py", "gen.py", "pkg/a.py", "pkg/gen.py")

    files, _ = discover(root, [], exclude_for=lambda at: ("gen.py",) if at == "pkg" else ("/a.py",))

    assert files == ["gen.py", "pkg/a.py"]


def test_deleted_files_are_skipped(repo):
    write(repo, "a.py", "gone.py", "pkg/gone.py")
    git(repo, "add", "-A")
    (repo / "gone.py").unlink()
    shutil.rmtree(repo / "pkg")
    write(repo, "pkg")  # a file where the directory was

    assert found(repo) == ["a.py"]


def test_a_directory_named_like_a_module_is_no_file(root):
    write(root, "x.py/inner.py", "y.py/data.txt", "a.py")

    assert found(root) == ["a.py", "x.py/inner.py"]
    assert found(root, "x.py") == ["x.py/inner.py"]


@UNIX
def test_links_are_neither_listed_nor_followed(root, tmp_path):
    write(tmp_path, "outside/secret.py")
    write(root, "pkg/a.py")
    (root / "file.py").symlink_to("pkg/a.py")
    (root / "leak.py").symlink_to(tmp_path / "outside" / "secret.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    (root / "dir").symlink_to("pkg")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(".")

    assert found(root) == ["pkg/a.py"]


@UNIX
def test_a_named_link_stands_for_its_target(root, tmp_path):
    write(tmp_path, "outside/secret.py")
    write(root, "pkg/a.py")
    (root / "file.py").symlink_to("pkg/a.py")
    (root / "dir").symlink_to("pkg")
    (root / "out").symlink_to(tmp_path / "outside")

    assert found(root, "file.py") == ["pkg/a.py"]
    assert found(root, "dir") == ["pkg/a.py"]
    with pytest.raises(UsageError, match="outside"):
        found(root, "out")


@UNIX
def test_a_tracked_directory_turned_into_a_link_is_not_followed(repo, tmp_path):
    write(repo, "a.py", "pkg/x.py")
    git(repo, "add", "-A")
    shutil.move(repo / "pkg", tmp_path / "elsewhere")
    (repo / "pkg").symlink_to(tmp_path / "elsewhere")

    assert found(repo) == ["a.py"]


@UNIX
def test_a_root_reached_through_a_link(root, tmp_path):
    write(root, "pkg/a.py")
    (tmp_path / "link").symlink_to(root)

    assert find_root(["."], tmp_path / "link") in {root, tmp_path / "link"}
    assert found(tmp_path / "link", tmp_path / "link" / "pkg") == ["pkg/a.py"]


@UNIX
def test_a_pipe_is_a_problem_when_it_is_named(root):
    os.mkfifo(root / "pipe.py")

    assert found(root) == []
    files, (problem,) = discover(root, ["pipe.py"])
    assert (files, problem.path) == ([], "pipe.py")
    assert problem.message == "neither a file nor a directory"


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are Unicode")
def test_a_name_that_is_not_utf_8_is_a_problem(root):
    write(root, "a.py")
    (root / os.fsdecode(b"caf\xe9.py")).touch()

    files, (problem,) = discover(root, [])

    assert files == ["a.py"]
    assert problem.path == "caf\\xe9.py"
    assert "not valid UTF-8" in problem.message


@contextlib.contextmanager
def unprivileged(tree):
    """Root may read everything: be nobody for a while."""
    if os.geteuid():
        yield
        return
    for path in [tree, *tree.rglob("*")]:
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@UNIX
@pytest.mark.parametrize("mode", ["git", "walk"])
def test_a_directory_that_cannot_be_opened_is_a_problem(mode, monkeypatch):
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")  # out of nobody's reach
    monkeypatch.setenv("HOME", "/")
    root = Path(tempfile.mkdtemp()).resolve()
    try:
        if mode == "git":
            git(root, "init", "-q")
        write(root, "a.py", "locked/b.py")
        (root / "locked").chmod(0)
        with unprivileged(root):
            files, problems = discover(root, [])
        assert files == ["a.py"]
        assert [problem.path for problem in problems] == ["locked"]
        assert problems[0].message == "cannot be opened: Permission denied"
    finally:
        (root / "locked").chmod(0o700)
        shutil.rmtree(root)


def test_a_broken_ignore_line_is_passed_over(root):
    write(root, ".gitignore", text="!\nbad\\\nlocal.py\n")
    write(root, "a.py", "local.py")

    assert found(root) == ["a.py"]


def test_without_git_the_tree_is_walked(repo, monkeypatch, tmp_path):
    write(repo, ".gitignore", text="local.py\n")
    write(repo, "a.py", "local.py")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_root([], repo) == repo
    assert found(repo) == ["a.py"]


def test_submodules_are_not_entered_unless_named(repo):
    write(repo, "a.py", "vendored/b.py")
    git(repo / "vendored", "init", "-q")

    assert found(repo) == ["a.py"]
    assert find_root(["vendored"], repo) == repo / "vendored"
    assert found(repo / "vendored", repo / "vendored" / "b.py") == ["b.py"]


def test_a_path_outside_the_root_is_refused(root, tmp_path):
    write(tmp_path, "other/a.py")

    with pytest.raises(UsageError, match=r"other.a\.py: outside .*root"):
        found(root, "../other/a.py")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("pkg/shp.py", "did you mean 'shop.py'?"),
        ("pkgs", "did you mean 'pkg'?"),
        ("zzz.py", ""),
        ("no/such/file.py", ""),
        ("pkg/shop.py/x", ""),
    ],
)
def test_a_missing_path_is_named(root, path, hint):
    write(root, "pkg/shop.py")

    for ask in (lambda: find_root([path], root), lambda: found(root, path)):
        with pytest.raises(UsageError) as caught:
            ask()
        assert caught.value.message.startswith(f"{path}: ")
        assert caught.value.hint == hint


@UNIX
def test_a_dangling_link_is_named(root):
    (root / "a.py").symlink_to("nowhere.py")

    with pytest.raises(UsageError, match=r"a\.py: a link to nowhere\.py, which is not there"):
        found(root, "a.py")


def test_the_root_is_the_top_of_the_repository(repo):
    write(repo, "pkg/sub/a.py", "pkg/pyproject.toml")

    for paths, cwd in [
        ([], repo / "pkg"),
        (["pkg/sub/a.py"], repo),
        (["a.py", ".."], repo / "pkg/sub"),
    ]:
        assert find_root(paths, cwd) == repo


def test_paths_of_two_repositories_are_refused(repo, tmp_path):
    other = tmp_path / "other"
    write(repo, "a.py")
    write(other, "b.py")

    with pytest.raises(UsageError, match=r"different git repositories: .*\(in none\)"):
        find_root([repo / "a.py", other / "b.py"], tmp_path)
    git(other, "init", "-q")
    with pytest.raises(UsageError) as caught:
        find_root([repo / "a.py", other / "b.py"], tmp_path)
    assert caught.value.message.endswith(f"{other}, {repo}")


def test_an_empty_git_directory_makes_no_repository(repo, tmp_path):
    odd = tmp_path / "odd"
    write(odd, "a.py")
    (odd / ".git").mkdir()

    assert find_root(["a.py"], odd) == odd
    assert found(odd) == ["a.py"]
    with pytest.raises(UsageError, match=r"different git repositories: .*\(in none\)"):
        find_root([odd, repo], tmp_path)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param({}, "mono/pkg", id="common-parent"),
        pytest.param({"mono/pkg/pyproject.toml": "[project]"}, "mono/pkg", id="nearest"),
        pytest.param({"mono/pyproject.toml": "[project]"}, "mono", id="above"),
        pytest.param(
            {"mono/pkg/pyproject.toml": "[project]", "mono/pyproject.toml": "[tool.lever-fix]"},
            "mono",
            id="the-one-with-our-table",
        ),
    ],
)
def test_the_root_outside_a_repository(tmp_path, tables, expected):
    write(tmp_path, "mono/pkg/sub/a.py", "mono/pkg/b.py")
    for path, text in tables.items():
        write(tmp_path, path, text=text)

    assert find_root(["sub/a.py", "b.py"], tmp_path / "mono" / "pkg") == tmp_path / expected
    assert find_root(["sub", "b.py"], tmp_path / "mono" / "pkg") == tmp_path / expected
