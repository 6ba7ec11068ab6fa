import os
import subprocess

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
