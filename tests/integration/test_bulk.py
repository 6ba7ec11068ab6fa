"""Campaigns over many repositories: how far each gets, and that nothing of theirs runs."""

from __future__ import annotations

import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lever_fix.bulk.executors import Lost, inline, local
from lever_fix.bulk.order import Stage
from lever_fix.bulk.run import Asked, run_campaign
from lever_fix.bulk.state import opened_state
from lever_fix.errors import LeverFixError

PYTHON = shlex.quote(sys.executable)
OPTIONAL = b"from typing import Optional\n\n\ndef f(x: Optional[int]) -> None: ...\n"
UNION = b"def f(x: int | None) -> None: ...\n"
LISTS = b"from typing import List\n\nx: List[int] = []\n"


@pytest.fixture
def fleet(make_repo, tmp_path):
    """Repositories `svc0`, `svc1`, … and a campaign file beside them."""

    def make(count: int = 2, files=None, **keys):
        repos = []
        for number in range(count):
            repo = make_repo(f"svc{number}")
            repo.commit(dict(files or {"m.py": OPTIONAL, "n.py": LISTS}))
            repos.append(repo)
        return campaign(tmp_path, **keys), repos

    return make


def campaign(directory: Path, **keys) -> Path:
    wanted = {"repositories": ["svc*"], "branch": "modern", "jobs": 1, **keys}
    file = directory / "campaign.toml"
    lines = (f"{key.replace('_', '-')} = {toml(value)}\n" for key, value in wanted.items())
    file.write_text("".join(lines))
    return file


def toml(value) -> str:
    import json

    return json.dumps(value)


def run(file: Path, **asked):
    # In this process, as most tests are not about processes: each takes a second to start.
    return run_campaign(file, Asked(**asked), lambda _: None, inline)


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_every_repository_gets_its_commits_and_no_checkout_is_touched(fleet):
    file, repos = fleet()
    before = [everything(repo.path) for repo in repos]
    rows = run(file)
    assert [(row.name, row.stage, row.error) for row in rows] == [
        ("svc0", Stage.COMMITTED, ""),
        ("svc1", Stage.COMMITTED, ""),
    ]
    for row in rows:
        assert {count.codemod: (count.found, count.applied) for count in row.outcome.counts} == {
            "builtin-generics": (1, 1),
            "optional-to-union": (1, 1),
        }
        assert len(row.outcome.commits) == 2
        assert b"+def f(x: int | None)" in row.outcome.patch
    assert [everything(repo.path) for repo in repos] == before


def test_pushing_sends_what_was_committed_and_nothing_else(fleet):
    file, repos = fleet(message="chore: {codemod}")
    committed = {row.name: row.outcome.commits[-1] for row in run(file)}
    rows = run(file, push=True)
    assert [row.stage for row in rows] == [Stage.PUSHED, Stage.PUSHED]
    for repo, row in zip(repos, rows, strict=True):
        assert repo.git("rev-parse", "modern") == committed[row.name]
        assert sorted(repo.subjects("main..modern")) == [
            "chore: builtin-generics",
            "chore: optional-to-union",
        ]
        assert repo.git("show", "modern:m.py") == UNION.decode().rstrip()
        assert repo.status == []
    assert [row.stage for row in run(file, push=True)] == [Stage.PUSHED, Stage.PUSHED]


def test_a_branch_that_is_taken_fails_that_repository_alone(fleet):
    file, repos = fleet()
    repos[0].git("branch", "modern")
    rows = run(file, push=True)
    assert "has a branch modern already" in rows[0].error
    assert rows[0].stage is Stage.COMMITTED
    assert rows[1].stage is Stage.PUSHED
    repos[0].git("branch", "-D", "modern")
    rows = run(file, push=True, failed=True)
    assert [(row.stage, row.error) for row in rows] == [(Stage.PUSHED, "")] * 2


def test_a_failing_repository_never_stops_the_rest(fleet, tmp_path):
    file, repos = fleet(3, repositories=["svc*", "gone", "empty"])
    (tmp_path / "empty").mkdir()
    repos[1].commit({"pyproject.toml": b"[tool.lever-fix]\nline-length = 'wide'\n"})
    rows = {row.name: row for row in run(file)}
    assert [rows[name].stage for name in ("svc0", "svc2")] == [Stage.COMMITTED] * 2
    assert "line-length" in rows["svc1"].error
    assert "gone" in rows["gone"].error
    assert rows["empty"].error
    repos[1].commit({"pyproject.toml": b""})
    assert run(file)[1].error, "only --failed takes it up again"
    assert [row.stage for row in run(file, failed=True)][:3] == [Stage.COMMITTED] * 3


def test_nothing_is_done_twice_and_a_changed_campaign_is_done_again(fleet):
    file, _ = fleet()
    outcomes = [row.outcome for row in run(file)]
    assert [row.outcome for row in run(file)] == outcomes, "not even their seconds differ"
    campaign(file.parent, branch="other")
    rows = run(file)
    assert [row.order.branch for row in rows] == ["other"] * 2
    assert all(row.outcome not in outcomes for row in rows)
    assert [row.outcome.commits for row in rows] == [one.commits for one in outcomes]


def test_some_repositories_by_name(fleet):
    file, _ = fleet(3)
    assert [row.name for row in run(file, only="svc[12]")] == ["svc1", "svc2"]
    with opened_state(file) as state:
        assert [row.stage.value for row in state.rows()] == ["pending", "committed", "committed"]


def test_verification_leaves_out_what_a_repository_does_not_bear(fleet):
    check = b"import inspect, m, n\nassert 'List[' in inspect.getsource(n)\n"
    file, _ = fleet(
        1, {"m.py": OPTIONAL, "n.py": LISTS, "check.py": check}, verify=f"{PYTHON} check.py"
    )
    (row,) = run(file)
    (left_out,) = row.outcome.left_out
    assert (left_out.place, left_out.codemod) == ("n.py:3", "builtin-generics")
    assert "AssertionError" in left_out.output
    assert row.outcome.verify_runs >= 3
    assert row.stage is Stage.COMMITTED
    assert b"n.py" not in row.outcome.patch


def test_a_repository_whose_own_tests_fail_is_left_alone(fleet):
    file, _ = fleet(
        1, {"m.py": OPTIONAL, "check.py": b"raise SystemExit(3)\n"}, verify=f"{PYTHON} check.py"
    )
    (row,) = run(file)
    assert row.stage is Stage.APPLIED
    assert "fails without any change" in row.error


def test_where_there_is_nothing_to_change(fleet):
    file, _ = fleet(1, {"m.py": UNION})
    assert [row.stage for row in run(file, push=True)] == [Stage.CLEAN]


def test_repositories_by_file_path_and_glob(fleet, tmp_path):
    file, repos = fleet(2, repositories="list.txt")
    (tmp_path / "other").mkdir()
    (tmp_path / "list.txt").write_text(
        f"# ours\nsvc0\n\nfile://{repos[1].path}\n{tmp_path}/oth*\n{tmp_path}/svc[0]\n"
    )
    rows = run(file)
    assert [(row.name, row.stage) for row in rows] == [
        ("svc0", Stage.COMMITTED),
        ("svc1", Stage.COMMITTED),
    ]


def test_the_campaigns_own_codemods(fleet, tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "ones.py").write_text(
        '"""Ones."""\nfrom lever_fix.codemod import *\n\n'
        "@codemod(summary='Write 2 for 1', triggers=('one',), cases=())\n"
        "def ones(module, project):\n    at = module.text.find(b'one')\n"
        "    edit = Edit(module.path, at, at + 3, 'two')\n"
        "    yield module.finding(Span(at, at + 3), 'm', edits=(edit,))\n"
    )
    file, _ = fleet(1, {"m.py": b"x = 'one'\n"}, codemods=["tools/ones.py"], select=["ones"])
    (row,) = run(file)
    assert b"+x = 'two'" in row.outcome.patch


ONES = (
    '"""Ones."""\nfrom lever_fix.codemod import *\n\n'
    "@codemod(summary='Write a number', triggers=('one',), cases=())\n"
    "def NAME(module, project):\n    at = module.text.find(b'one')\n"
    "    if at >= 0:\n"
    "        edit = Edit(module.path, at, at + 3, 'two')\n"
    "        yield module.finding(Span(at, at + 3), 'm', edits=(edit,))\n"
)
LIBCST = "libcst.codemod.commands"
COMMAND = (
    "import libcst\nfrom libcst.codemod import VisitorBasedCodemodCommand\n\n"
    "class Renamer(VisitorBasedCodemodCommand):\n"
    "    DESCRIPTION = 'Write b for a.'\n"
    "    def leave_Name(self, old, new):\n"
    "        return new.with_changes(value='b') if old.value == 'a' else new\n"
)


def test_codemods_of_every_kind_are_verified_committed_and_left_out_alike(fleet, tmp_path):
    for name, text in {"one/mine.py": ONES, "two/mine.py": COMMAND}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text.replace("NAME", "mine"))
    codemods = {
        "mine": "one/mine.py:mine",
        "to-b": "to-b=two/mine.py:Renamer",
        "convert-type-comments": f"{LIBCST}.convert_type_comments:ConvertTypeComments",
        "to-new": 'to-new=bowler:select_function("old").rename("new")',
    }
    module = b"word = 'one'\na = 3\nc = []  # type: list[int]\n\n\ndef old(): ...\n\n\nold()\n"
    file, _ = fleet(
        1,
        {"m.py": module, "check.py": b"import m\nm.old\n"},
        codemods=list(codemods.values()),
        select=list(codemods),
        unsafe=True,
        verify=f"{PYTHON} check.py",
    )
    (row,) = run(file)
    assert row.error == ""
    counts = {count.codemod: (count.found, count.applied) for count in row.outcome.counts}
    assert counts == {
        "mine": (1, 1),
        "to-b": (1, 1),
        "convert-type-comments": (1, 1),
        "to-new": (1, 0),
    }
    (left_out,) = row.outcome.left_out
    assert left_out.codemod == "to-new"
    assert len(row.outcome.commits) == 3


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        pytest.param({"select": ["optionl"]}, "optionl", id="codemod"),
        pytest.param({"brunch": "x"}, "unknown key 'brunch'", id="key"),
        pytest.param({"branch": ["x"]}, "branch", id="type"),
        pytest.param({"executor": "dusk"}, "executor", id="executor"),
        pytest.param({"message": "{nope}"}, "cannot be filled in", id="message"),
        pytest.param({"repositories": ["nothing*"]}, "no repository", id="none"),
        pytest.param({"repositories": ["--upload-pack=x"]}, "is no repository", id="option"),
        pytest.param({"repositories": "missing.txt"}, "missing.txt", id="file"),
        pytest.param({"codemods": ["gone.py"]}, "gone.py", id="own codemod"),
    ],
)
def test_campaigns_that_are_wrong(fleet, keys, message):
    file, _ = fleet(1, **keys)
    with pytest.raises(LeverFixError, match=message):
        run(file)


# What a repository brings of its own must neither run nor lead out.


def test_configuration_of_a_repository_loads_no_code(fleet, tmp_path):
    marker = tmp_path / "ran"
    evil = f"open({str(marker)!r}, 'w')\n".encode()
    config = (
        b'[tool.lever-fix]\ncodemods = ["evil.py", "evil"]\nextend-select = ["evil"]\n'
        b'cache-dir = "../../cache"\nbaseline = "../../baseline"\n'
    )
    files = {"m.py": OPTIONAL, "evil.py": evil, "pyproject.toml": config, "conftest.py": evil}
    file, _ = fleet(1, {**files, "sitecustomize.py": evil, "typing.py": evil})
    (row,) = run(file)
    assert (row.stage, row.error) == (Stage.COMMITTED, "")
    assert not marker.exists()


def test_hooks_and_monitors_do_not_run(fleet, tmp_path, git_environment):
    marker = tmp_path / "ran"
    script = tmp_path / "monitor"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    template = tmp_path / "template" / "hooks"
    template.mkdir(parents=True)
    file, repos = fleet(1)
    for hook in ("post-checkout", "pre-commit", "commit-msg", "pre-push", "reference-transaction"):
        (template / hook).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (template / hook).chmod(0o755)
        repos[0].hook(hook, f"touch {marker}")
    repos[0].git("config", "core.fsmonitor", str(script))
    repos[0].git("config", "core.hooksPath", str(template))
    git_environment.setenv("GIT_TEMPLATE_DIR", str(template.parent))
    assert not marker.exists()
    (row,) = run(file)
    assert (row.stage, row.error) == (Stage.COMMITTED, "")
    assert not marker.exists()


def test_a_repository_within_is_not_asked(fleet, tmp_path):
    """A bare repository among the files, with a monitor of its own in its settings."""
    marker = tmp_path / "ran"
    settings = f"[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = touch {marker}\n".encode()
    inner = {
        "inner/HEAD": b"ref: refs/heads/main\n",
        "inner/config": settings,
        "inner/objects/keep": b"",
        "inner/refs/keep": b"",
        "inner/m.py": OPTIONAL,
    }
    file, _ = fleet(1, {"m.py": OPTIONAL, **inner})
    (row,) = run(file)
    assert (row.stage, row.error) == (Stage.COMMITTED, "")
    assert not marker.exists()


def test_symbolic_links_do_not_lead_out(fleet, tmp_path, make_repo):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "mod.py").write_bytes(OPTIONAL)
    (secret / "pyproject.toml").write_text('[tool.lever-fix]\nignore = ["optional-to-union"]\n')
    before = everything(secret)
    file, (repo,) = fleet(1, {"m.py": OPTIONAL, "real.py": OPTIONAL})
    (repo.path / "out").symlink_to(secret)
    (repo.path / "pyproject.toml").symlink_to(secret / "pyproject.toml")
    (repo.path / "leak.py").symlink_to(secret / "mod.py")
    (repo.path / "settings.py").symlink_to(".git/config")
    (repo.path / "inside.py").symlink_to("real.py")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "Links")
    (row,) = run(file)
    assert (row.stage, row.error) == (Stage.COMMITTED, "")
    (warning,) = row.outcome.warnings
    assert warning.endswith("leak.py, out, pyproject.toml, settings.py")
    assert everything(secret) == before
    changed = [line for line in row.outcome.patch.splitlines() if line.startswith(b"+++ ")]
    assert changed == [b"+++ b/m.py", b"+++ b/real.py"]
    assert b"secret" not in row.outcome.plan
    run(file, push=True)
    assert repo.git("ls-tree", "-r", "modern").count("120000") == 5


def test_a_url_cannot_name_a_command(fleet, tmp_path):
    marker = tmp_path / "ran"
    file, _ = fleet(0, repositories=[f"ext::sh -c 'touch {marker}'", "ext://x"])
    assert all(row.error for row in run(file))
    assert not marker.exists()


# Executors.


def double(data: bytes) -> bytes:
    return data * 2


def die(data: bytes) -> bytes:
    """Kills its own worker; with a file named, only where that is not there yet."""
    if data == b"x" or (data and not Path(data.decode()).exists()):
        if data != b"x":
            Path(data.decode()).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return data


def stumble(data: bytes) -> bytes:
    raise ValueError(data.decode())


def test_the_local_executor():
    assert sorted(local(2)(double, [b"a", b"b", b"c"])) == [(0, b"aa"), (1, b"bb"), (2, b"cc")]
    ((_, lost),) = local(1)(stumble, [b"why"])
    assert lost == Lost("ValueError: why")


def test_a_worker_that_dies_is_replaced(tmp_path):
    once = str(tmp_path / "once").encode()
    results = dict(local(2)(die, [b"", once, b"x", b""]))
    assert results[0] == results[3] == b""
    assert results[1] == once
    assert results[2] == Lost("a worker process died")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill -9"])
def test_a_campaign_goes_on_where_it_was_cut_short(fleet, tmp_path, environment, number):
    started = tmp_path / "started"
    check = (
        f"import pathlib, time, m\nstarted = pathlib.Path({str(started)!r})\n"
        "if pathlib.Path('slow').exists() and not started.exists():\n"
        "    started.touch()\n    time.sleep(60)\n"
    ).encode()
    file, repos = fleet(3, {"m.py": OPTIONAL, "check.py": check}, verify=f"{PYTHON} check.py")
    repos[1].commit({"slow": b""})
    command = [sys.executable, "-m", "lever_fix", "bulk", "run", str(file)]
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not started.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, number)
    process.communicate(timeout=30)
    with opened_state(file) as state:
        assert [row.stage for row in state.rows()] == [
            Stage.COMMITTED,
            Stage.PENDING,
            Stage.PENDING,
        ]
        first = state.rows()[0].outcome
    rows = run(file)
    assert [row.stage for row in rows] == [Stage.COMMITTED] * 3
    assert rows[0].outcome == first


def test_workers_end_with_the_campaign(fleet, tmp_path, environment):
    started, place = tmp_path / "started", tmp_path / "temporary"
    place.mkdir()
    check = (
        "import os, pathlib, time, m\n"
        f"pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\ntime.sleep(60)\n"
    ).encode()
    file, _ = fleet(1, {"m.py": OPTIONAL, "check.py": check}, verify=f"exec {PYTHON} check.py")
    process = subprocess.Popen(
        [sys.executable, "-m", "lever_fix", "bulk", "run", str(file)],
        env=environment | {"TMPDIR": str(place)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: started.exists() and started.read_text())
    process.kill()
    process.wait()
    wait_for(lambda: not Path(f"/proc/{started.read_text()}").exists())
    wait_for(lambda: list(place.iterdir()) == [])


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_a_killed_worker_left_is_removed(fleet, tmp_path, monkeypatch):
    file, _ = fleet(1)
    dead = subprocess.Popen(["true"])
    dead.wait()
    place = tmp_path / "temporary"
    left, own = place / f"lever-fix-bulk-{dead.pid}-abc", place / f"lever-fix-bulk-{os.getpid()}-x"
    (left / "clone").mkdir(parents=True)
    own.mkdir()
    trees = [place / f"lever-fix-{pid}-0123abcd" for pid in (dead.pid, os.getpid())]
    for tree in trees:
        tree.mkdir()
        (tree / ".git").write_text(f"gitdir: {left}/clone/.git/worktrees/x\n")
    whose_repository_is_there = place / f"lever-fix-{dead.pid}-01234567"
    whose_repository_is_there.mkdir()
    (whose_repository_is_there / ".git").write_text(f"gitdir: {tmp_path}\n")
    monkeypatch.setattr("tempfile.tempdir", str(place))
    run(file)
    assert {*place.iterdir()} == {own, trees[1], whose_repository_is_there}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param({"executor": "dusk"}, "no executor is called 'dusk'", id="executor"),
        pytest.param({"push": True, "plan_only": True}, "--plan-only pushes nothing", id="push"),
    ],
)
def test_what_cannot_be_asked(fleet, asked, message):
    file, _ = fleet(1)
    with pytest.raises(LeverFixError, match=message):
        run_campaign(file, Asked(**asked), lambda _: None)


def test_a_state_that_is_not_one(fleet):
    file, _ = fleet(1)
    file.with_suffix(".sqlite").write_bytes(b"nonsense" * 200)
    with pytest.raises(LeverFixError, match=r"campaign\.sqlite"):
        run(file)
    file.with_suffix(".sqlite").unlink()
    with sqlite3.connect(file.with_suffix(".sqlite")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LeverFixError, match="another version"):
        run(file)


def test_the_commands(fleet, environment, tmp_path):
    fleet(1)

    def cli(*arguments):
        command = [sys.executable, "-m", "lever_fix", "bulk", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    done = cli("run", "campaign.toml", "--push")
    assert (done.returncode, done.stdout) == (0, "")
    assert "svc0: pushed, 2 applied in 2 files" in done.stderr
    assert "1 repository: 1 pushed." in done.stderr
    table = cli("status", "campaign.toml").stdout
    assert table.splitlines()[1].split()[:5] == ["svc0", "pushed", "2", "2", "0"]
    assert cli("report", "campaign.toml").returncode == 0
    assert b"svc0" in (tmp_path / "campaign.html").read_bytes()
    campaign(tmp_path, repositories=["gone"])
    assert cli("run", "campaign.toml").returncode == 2
