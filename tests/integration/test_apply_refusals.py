"""Git, a hook or a signing program says no: everything is as before, and the user knows why."""

import pytest

from lever_fix.apply.journal import list_runs
from lever_fix.apply.model import ApplyOptions, CommitStep
from lever_fix.apply.transaction import apply_changes
from lever_fix.errors import ApplyError
from lever_fix.model import FileChange

COMMIT = ApplyOptions(commit=True)
BRANCH = ApplyOptions(branch="lever")

START, MIDDLE, FINAL = b"a\nb\nc\n", b"A\nb\nc\n", b"A\nb\nC\n"


def apply_two(repo, options: ApplyOptions = COMMIT):
    first = FileChange(path="a.py", before=START, after=MIDDLE)
    second = FileChange(path="a.py", before=MIDDLE, after=FINAL)
    made = FileChange(path="new/b.py", before=None, after=b"x\n")
    steps = [
        CommitStep(codemod="one", summary="First", changes=(first,)),
        CommitStep(codemod="two", summary="Second", changes=(second, made)),
    ]
    whole = FileChange(path="a.py", before=START, after=FINAL)
    return apply_changes(repo.path, [whole, made], steps, options)


@pytest.fixture
def project(repo):
    repo.commit({"a.py": START, "mine.py": b"x\n"})
    repo.write("mine.py", b"staged\n")
    repo.git("add", "mine.py")
    repo.write("mine.py", b"staged and not\n")
    return repo


def state(repo) -> tuple[object, ...]:
    files = {
        path.relative_to(repo.path).as_posix(): path.read_bytes()
        for path in repo.path.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    refs = repo.git("for-each-ref", "--format=%(refname) %(objectname)")
    index = repo.git("ls-files", "--stage")
    return files, refs, repo.git("symbolic-ref", "HEAD"), index, repo.status


REFUSALS = {
    "pre-commit": ("pre-commit", "echo the linter says no >&2; exit 1", "the linter says no"),
    "pre-commit-on-stdout": ("pre-commit", "echo no; exit 1", "no"),
    "commit-msg": ("commit-msg", "echo bad message; exit 1", "bad message"),
    "second-commit": (
        "commit-msg",
        'grep -q Second "$1" && echo not this && exit 1 || :',
        "not this",
    ),
    "formatter-that-fails": ("pre-commit", "echo formatted >> a.py; exit 1", "also changed a.py"),
    "formatter-that-deletes": ("pre-commit", "rm a.py; exit 1", "also changed a.py"),
}


@pytest.mark.parametrize("options", [COMMIT, BRANCH], ids=["commit", "branch"])
@pytest.mark.parametrize(("name", "script", "words"), REFUSALS.values(), ids=REFUSALS)
def test_hook_refuses(project, name: str, script: str, words: str, options: ApplyOptions) -> None:
    project.hook(name, script)
    before = state(project)
    with pytest.raises(ApplyError, match=rf"a hook \({name}\) refused the commit of ") as caught:
        apply_two(project, options)
    assert words in caught.value.message
    assert "apply without --commit" in caught.value.hint
    assert state(project) == before
    assert list_runs(project.path) == []
    assert not list((project.path / ".git/lever-fix").glob("index-*"))


MEDDLERS = {
    "stages-its-change": (
        "pre-commit",
        "echo formatted >> a.py; git add a.py",
        "a hook changed what",
    ),
    "leaves-its-change": ("pre-commit", "echo formatted >> a.py", r"a hook changed a\.py while"),
    "afterwards": ("post-commit", "echo formatted >> a.py", r"a hook changed a\.py while"),
}


@pytest.mark.parametrize("options", [COMMIT, BRANCH], ids=["commit", "branch"])
@pytest.mark.parametrize(("name", "script", "words"), MEDDLERS.values(), ids=MEDDLERS)
def test_hook_changes_files(project, name: str, script: str, words: str, options) -> None:
    project.hook(name, script)
    before = state(project)
    with pytest.raises(ApplyError, match=words):
        apply_two(project, options)
    assert state(project) == before


def test_hook_sees_only_what_is_committed(project) -> None:
    project.hook("pre-commit", "git diff --cached --name-only >> seen; git diff --cached >> seen")
    project.git("config", "core.excludesFile", str(project.write(".git/excludes", b"seen\n")))
    apply_two(project)
    seen = project.read("seen").decode()
    assert "mine.py" not in seen
    assert seen.count("-a\n+A") == 1
    assert seen.count("-c\n+C") == 1


# What the `pre-commit` framework does: hooks see the files as staged, then the rest comes back.
PUT_ASIDE = """
git diff --binary --no-color > .git/aside
git checkout -q -- .
cat a.py >> .git/seen
git apply --whitespace=nowarn .git/aside
"""


def test_hook_that_puts_unstaged_changes_aside(project) -> None:
    project.hook("pre-commit", PUT_ASIDE)
    apply_two(project)
    assert project.read(".git/seen") == MIDDLE + FINAL
    assert project.read("a.py") == FINAL
    assert project.read("mine.py") == b"staged and not\n"
    assert project.status == ["MM mine.py"]


def test_hook_that_agrees(project) -> None:
    project.hook("prepare-commit-msg", 'echo "Ticket: 7" >> "$1"')
    project.hook("commit-msg", "exit 0")
    applied = apply_two(project)
    assert len(applied.commits) == 2
    assert "Ticket: 7" in project.git("log", "-1", "--format=%B")
    assert project.status == ["MM mine.py"]


def test_hook_in_another_folder(project) -> None:
    hook = project.write(".git/elsewhere/pre-commit", b"#!/bin/sh\necho no; exit 1\n")
    hook.chmod(0o755)
    project.git("config", "core.hooksPath", ".git/elsewhere")
    with pytest.raises(ApplyError, match=r"a hook \(pre-commit\) refused"):
        apply_two(project)


def test_signing_fails(project) -> None:
    project.git("config", "commit.gpgsign", "true")
    project.git("config", "gpg.program", "false")
    before = state(project)
    with pytest.raises(ApplyError, match="git could not sign the commit of one") as caught:
        apply_two(project)
    assert "commit.gpgsign false" in caught.value.hint
    assert state(project) == before


def test_nobody_knows_who_commits(project, git_environment) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        for fact in ("NAME", "EMAIL"):
            git_environment.delenv(f"GIT_{role}_{fact}")
    project.git("config", "user.useConfigOnly", "true")
    before = state(project)
    with pytest.raises(ApplyError, match="git does not know who you are") as caught:
        apply_two(project)
    assert "git config user.name" in caught.value.hint
    assert state(project) == before


def test_index_is_locked(project) -> None:
    project.write(".git/index.lock", b"")
    files = project.read("a.py")
    head = project.head
    with pytest.raises(ApplyError, match=r"index\.lock"):
        apply_two(project)
    assert (project.read("a.py"), project.head) == (files, head)
    assert not (project.path / "new").exists()
    assert list_runs(project.path) == []


def test_interrupt_between_the_commits(project, monkeypatch) -> None:
    from lever_fix.apply import commits

    real = commits._commit

    def interrupted(repository, staged, run_id, environment) -> str:
        if staged.step.codemod == "two":
            raise KeyboardInterrupt
        return real(repository, staged, run_id, environment)

    monkeypatch.setattr(commits, "_commit", interrupted)
    before = state(project)
    with pytest.raises(KeyboardInterrupt):
        apply_two(project, BRANCH)
    assert state(project) == before
