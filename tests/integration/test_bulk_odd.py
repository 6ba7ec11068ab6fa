"""Campaigns over repositories that are out of the ordinary, and campaign files that are wrong."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest

from lever_fix.bulk.executors import inline
from lever_fix.bulk.git import quietly, remote_commit, without_secrets
from lever_fix.bulk.html import render_report
from lever_fix.bulk.order import Stage
from lever_fix.bulk.run import Asked, run_campaign
from lever_fix.bulk.state import opened_state
from lever_fix.errors import LeverFixError

PYTHON = shlex.quote(sys.executable)
OPTIONAL = b"from typing import Optional\n\n\ndef f(x: Optional[int]) -> None: ...\n"


@pytest.fixture
def start(git_environment, tmp_path):
    """Run a campaign over everything in `repositories`, with these further lines in its file."""

    def make(*lines: str, **asked):
        said: list[str] = []
        file = tmp_path / "campaign.toml"
        text = ['repositories = ["repositories/*"]', 'branch = "modern"', *lines]
        file.write_text("\n".join(text))
        rows = run_campaign(file, Asked(**asked), said.append, inline)
        return {row.name: row for row in rows}, "\n".join(said)

    return make


@pytest.fixture
def repository(make_repo):
    """A repository of the campaign."""

    def make(name: str, files=None, *options: str):
        repo = make_repo(f"repositories/{name}", *options)
        repo.commit({"m.py": OPTIONAL} if files is None else files)
        return repo

    return make


def test_where_nothing_can_be_worked_on(start, repository, make_repo, tmp_path):
    make_repo("repositories/unborn")
    repository("sound")
    rows, said = start()
    assert rows["unborn"].error == f"{tmp_path}/repositories/unborn: it has no HEAD"
    assert "unborn: failed" in said
    assert "(make a first commit)" in said
    assert rows["sound"].stage is Stage.COMMITTED


def test_a_path_that_is_no_repository_is_one_line(start, tmp_path):
    (tmp_path / "plain").mkdir()
    file = tmp_path / "campaign.toml"
    file.write_text('repositories = ["plain"]\nbranch = "modern"\n')
    said: list[str] = []
    (row,) = run_campaign(file, Asked(), said.append, inline)
    assert "does not appear to be a git repository" in row.error
    assert [line.count("\n") for line in said] == [0]


def test_shallow_bare_and_linked_work_trees(start, repository, tmp_path):
    whole = repository("whole")
    whole.commit({"m.py": OPTIONAL + b"# 2\n"})
    base = tmp_path / "repositories"
    url = whole.path.as_uri()
    for options in (("--depth=1", url, str(base / "shallow")), ("--bare", url, str(base / "bare"))):
        subprocess.run(["git", "clone", "-q", *options], check=True)
    whole.git("worktree", "add", "-q", str(base / "linked"))
    rows, _ = start("depth = 0", push=True)
    assert {name: (row.stage, row.error) for name, row in rows.items()} == dict.fromkeys(
        ("bare", "linked", "shallow", "whole"), (Stage.PUSHED, "")
    )
    assert {row.outcome.commits for row in rows.values()} == {rows["whole"].outcome.commits}, (
        "the same changes on the same commit are the same commits"
    )
    assert whole.git("log", "-1", "--format=%b", "modern").endswith("Lever-Campaign: campaign")


def test_names_and_contents_of_all_kinds(start, repository):
    names = ["-rf.py", "new\nline.py", "sp ace é.py", "[a].py"]
    repo = repository("names", dict.fromkeys(names, OPTIONAL))
    (repo.path / os.fsdecode(b"caf\xe9.py")).write_bytes(OPTIONAL)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "Odd")
    repository("broken", {"m.py": OPTIONAL, "bad.py": b"from typing import Optional\ndef (:\n"})
    repository("crlf", {".gitattributes": b"*.py eol=crlf\n", "m.py": OPTIONAL})
    repository("empty", {"README": b""})
    rows, said = start()
    assert {name: row.stage for name, row in rows.items() if not row.error} == {
        "broken": Stage.COMMITTED,
        "crlf": Stage.COMMITTED,
        "empty": Stage.CLEAN,
        "names": Stage.COMMITTED,
    }
    assert rows["names"].outcome.changed == len(names)
    assert rows["names"].outcome.problems == (r"caf\xe9.py: the file's name is not valid UTF-8",)
    (problem,) = rows["broken"].outcome.problems
    assert problem.startswith("bad.py:2: does not parse")
    assert "broken: committed, 1 applied in 1 file, 1 problem" in said


def test_objects_of_the_longer_hash(start, repository):
    repo = repository("long", None, "--object-format=sha256")
    rows, _ = start(push=True)
    assert (rows["long"].stage, rows["long"].error) == (Stage.PUSHED, "")
    assert "int | None" in repo.git("show", "modern:m.py")


def test_large_files_stay_pointers(start, repository, tmp_path, git_environment):
    """The filter that would fetch them asks the server that the repository names."""
    settings = tmp_path / "gitconfig"
    smudge = tmp_path / "smudge"
    smudge.write_text('#!/bin/sh\ntest -n "$GIT_LFS_SKIP_SMUDGE" && exec cat\necho fetched\n')
    smudge.chmod(0o755)
    settings.write_text(f'[filter "lfs"]\nsmudge = {smudge}\nclean = cat\nrequired = true\n')
    git_environment.setenv("GIT_CONFIG_GLOBAL", str(settings))
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    files = {".gitattributes": b"*.bin filter=lfs\n", "data.bin": pointer, "m.py": OPTIONAL}
    check = f"{PYTHON} -c \"import m; assert 'oid' in open('data.bin').read()\""
    repository("large", files)
    rows, _ = start(f"verify = {toml(check)}")
    assert (rows["large"].stage, rows["large"].error) == (Stage.COMMITTED, "")
    assert rows["large"].outcome.warnings == ()


def toml(text: str) -> str:
    import json

    return json.dumps(text)


def test_submodules_are_named_and_not_fetched(start, repository, make_repo):
    inner = make_repo("inner")
    inner.commit({"n.py": OPTIONAL})
    outer = repository("outer")
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    outer.git(*add, str(inner.path), "vendor/inner")
    outer.git("commit", "-q", "-m", "Submodule")
    rows, _ = start()
    assert rows["outer"].stage is Stage.COMMITTED
    assert rows["outer"].outcome.warnings == ("submodules are not checked out: vendor/inner",)


def test_the_reference_is_taken_at_its_word(start, repository):
    repo = repository("svc")
    main = repo.head
    repo.git("tag", "-a", "v1", "-m", "One")
    repo.git("checkout", "-q", "-b", "a/main")
    repo.commit({"m.py": b"x = 1\n"})
    repo.git("checkout", "-q", "-b", "other")
    assert start('reference = "main"')[0]["svc"].commit == main
    assert start('reference = "v1"', failed=False)[0]["svc"].commit == main
    assert start('reference = "refs/heads/a/main"')[0]["svc"].commit == repo.head
    rows, said = start('reference = "gone"')
    assert rows["svc"].error.endswith("svc: it has no gone")
    assert "(name a branch or a tag that it has)" in said


def test_a_remote_that_refuses_is_quoted_and_asked_again(start, repository):
    repo = repository("strict")
    repo.hook("pre-receive", "echo 'no robots, please' >&2\nexit 1")
    repository("other")
    rows, said = start(push=True)
    assert "no robots, please" in rows["strict"].error
    assert "strict: failed: git push failed: remote: no robots, please" in said
    assert (rows["strict"].stage, rows["other"].stage) == (Stage.COMMITTED, Stage.PUSHED)
    made = rows["strict"].outcome.commits
    repo.hook("pre-receive", "exit 0")
    assert start(push=True)[0]["strict"].error, "a failure waits for --failed"
    rows, _ = start(push=True, failed=True)
    assert (rows["strict"].stage, rows["strict"].outcome.commits) == (Stage.PUSHED, made)


def test_passwords_in_urls_are_not_told(git_environment, tmp_path):
    url = "https://ada:s3cret@localhost:1/svc.git"
    file = tmp_path / "campaign.toml"
    file.write_text(f'repositories = ["{url}"]\nbranch = "modern"\n')
    said: list[str] = []
    (row,) = run_campaign(file, Asked(), said.append, inline)
    assert (row.name, bool(row.error)) == ("svc", True)
    with opened_state(file) as state:
        page = render_report("x", state.rows()).decode()
    for text in (row.error, *said, page):
        assert "s3cret" not in text
    assert "https://localhost:1/svc.git" in page
    assert without_secrets("git@example.com:a/b.git") == "git@example.com:a/b.git"


def test_no_repository_by_that_name(start, repository):
    repository("svc")
    with pytest.raises(LeverFixError, match="--only: no repository's name matches 'web-\\*'"):
        start(only="web-*")


# What can be wrong in a campaign's file: each is said with file, line and next step.


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("branch = ", ":1: not TOML: Invalid value", "toml.io", id="toml"),
        pytest.param('branch = "x"', ": it has no `repositories`", "such as", id="repositories"),
        pytest.param('repositories = ["a"]', ": it has no `branch`", "such as", id="branch"),
        pytest.param("{}\nverfy = 'x'", ":3: unknown key 'verfy'", "'verify'", id="key"),
        pytest.param("{}\n[verify]\na = 1", ":3: verify: expected", "such as", id="table"),
        pytest.param("{}\n\njobs = 'two'", ":4: jobs: expected", "", id="type"),
        pytest.param("{}\njobs = -1", ":3: jobs: -1 is less than 0", "", id="jobs"),
        pytest.param("{}\nverify-timeout = -5", ":3: verify-timeout: -5.0 is", "", id="timeout"),
        pytest.param("{}\nselect = ['a', 1]", ":3: select[1]: expected", "", id="element"),
        pytest.param("{}\nselect = ['gather']", ":3: select: ", "gather-", id="select"),
        pytest.param("{}\nignore = ['nope']", ":3: ignore: ", "lever-fix list", id="ignore"),
        pytest.param("{}\ncodemods = ['x.py']", ":3: codemods: ", "", id="codemods"),
        pytest.param("{}\nmessage = '{who}'", ":3: message: ", "{codemod}", id="message"),
        pytest.param("{}\ntarget-version = 'py31'", ":3: target-version: 'py31' is", "", id="py"),
        pytest.param("{}\nreference = ''", ":3: reference: ''", "", id="reference"),
        pytest.param(
            "repositories = ['a']\nbranch = 'a b'", ":2: branch: 'a b' is no name", "", id="space"
        ),
        pytest.param("repositories = ['a']\nbranch = ''", ":2: branch: ''", "", id="no branch"),
        pytest.param("repositories = ['']\nbranch = 'x'", "repositories: ''", "path", id="blank"),
        pytest.param("repositories = []\nbranch = 'x'", "no repository matches", "", id="none"),
        pytest.param("repositories = 'l.txt'\nbranch = 'x'", "l.txt:2: '-x'", "path", id="list"),
    ],
)
def test_campaign_files_that_are_wrong(tmp_path, environment, text, message, hint):
    (tmp_path / "l.txt").write_text("# ours\n-x\n")
    file = tmp_path / "campaign.toml"
    file.write_text(text.replace("{}", "repositories = ['a']\nbranch = 'b'"))
    with pytest.raises(LeverFixError) as caught:
        run_campaign(file, Asked(), lambda _: None, inline)
    if not message.startswith(("no ", "repositories", "l.txt")):
        message = f"{file}{message}".replace(":1: not", ": not")
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert not file.with_suffix(".sqlite").exists()


@pytest.mark.parametrize("command", ["run", "status", "report", "review"])
def test_a_campaign_that_is_not_there(tmp_path, environment, command):
    done = subprocess.run(
        [sys.executable, "-m", "lever_fix", "bulk", command, "gone.toml"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "gone.toml: cannot be read: No such file or directory" in done.stderr or (
        command == "review" and "terminal" in done.stderr
    )
    assert list(tmp_path.iterdir()) == []


def test_the_short_form(tmp_path, environment, repository):
    repository("svc")
    campaign = tmp_path / "modern.toml"
    campaign.write_text('repositories = ["repositories/*"]\nbranch = "modern"\njobs = 1\n')

    def bulk(*arguments):
        command = [sys.executable, "-m", "lever_fix", "bulk", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    done = bulk("--plan-only", "modern.toml")
    assert (done.returncode, "svc: planned, 1 found" in done.stderr) == (0, True)
    done = bulk("modern.toml", "--push")
    assert (done.returncode, "svc: pushed" in done.stderr) == (0, True)
    assert "run" in bulk("--help").stdout
    done = bulk("rum", "modern.toml")
    assert (done.returncode, "No such command 'rum'" in done.stderr) == (2, True)


def test_settings_of_the_users_in_the_environment_count(start, repository, git_environment):
    repo = repository("svc")
    settings = {f"url.{repo.path.parent}/.insteadOf": "team:", "core.hooksPath": "/hooks"}
    git_environment.setenv("GIT_CONFIG_COUNT", str(len(settings)))
    for number, (key, value) in enumerate(settings.items()):
        git_environment.setenv(f"GIT_CONFIG_KEY_{number}", key)
        git_environment.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    before = dict(os.environ)
    rows, _ = start('reference = "main"')
    assert rows["svc"].stage is Stage.COMMITTED
    assert remote_commit("team:svc", "main") == repo.head
    with quietly():
        hooks = subprocess.run(["git", "config", "core.hooksPath"], stdout=-1, check=True).stdout
    assert hooks.strip() == os.devnull.encode()
    assert dict(os.environ) == before


def test_nobody_to_commit_as_is_noticed_before_the_work(start, repository, git_environment):
    repository("svc")
    for role in ("AUTHOR", "COMMITTER"):
        for fact in ("NAME", "EMAIL"):
            git_environment.delenv(f"GIT_{role}_{fact}")
    git_environment.setenv("GIT_CONFIG_COUNT", "1")
    git_environment.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    git_environment.setenv("GIT_CONFIG_VALUE_0", "true")
    rows, said = start(plan_only=True)
    assert rows["svc"].stage is Stage.PLANNED
    rows, said = start()
    assert (rows["svc"].stage, "who you are" in rows["svc"].error) == (Stage.PENDING, True)
    assert "git config --global user.email" in said
