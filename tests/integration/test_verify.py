"""`apply --verify`: what breaks the user's command is left out and named, the rest applied."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PYTHON = shlex.quote(sys.executable)
CHECK = f"{PYTHON} check.py"
MODULE = """\
from typing import Optional


def first(x: Optional[int]) -> None: ...


def second(x: Optional[str]) -> None: ...


def third(x: Optional[bytes]) -> None: ...
"""
# A traceback on standard error would look like one of our own.
TERSE = "import sys\nsys.excepthook = lambda kind, error, _: print(f'{kind.__name__}: {error}')\n"
IMPORT = "import inspect, shop.rates as rates\nsource = inspect.getsource(rates)\n"
NEEDS_SECOND = f"{IMPORT}assert 'Optional[str]' in source, 'second must stay as it is'\n"
NEEDS_ONE = f"{IMPORT}assert 'Optional[int]' in source or 'Optional[bytes]' in source\n"


@pytest.fixture
def shop(cli, commit):
    """A package with three findings; the command imports it."""

    def make(check: str, **files: str):
        commit(
            {"shop/__init__.py": "", "shop/rates.py": MODULE, "check.py": TERSE + check, **files}
        )
        return cli

    return make


def trees(repo) -> list[str]:
    return repo.git("worktree", "list").splitlines()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # a zombie that nobody waits for is not running
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_what_passes_is_applied(shop, repo):
    done = shop(IMPORT)("apply", "--verify", CHECK, code=0)
    assert "Applied 3 findings in 1 file" in done.err
    assert "as things are: passed" in done.err
    assert "with the changed modules broken: failed" in done.err
    assert "warning" not in done.err
    assert "Optional" not in (repo.path / "shop/rates.py").read_text()
    assert len(trees(repo)) == 1


def test_what_fails_is_left_out_and_named_with_the_last_lines(shop, repo):
    done = shop(NEEDS_SECOND)("apply", "--verify", CHECK, code=2)
    text = (repo.path / "shop/rates.py").read_text()
    assert text == MODULE.replace("Optional[int]", "int | None").replace(
        "Optional[bytes]", "bytes | None"
    )
    assert "shop/rates.py:7: optional-to-union: left out:" in done.err
    assert "  | AssertionError: second must stay as it is" in done.err
    assert "Applied 2 findings in 1 file" in done.err
    assert "1 finding left" in done.err


def test_a_group_that_fails_only_together_is_left_out_whole(shop, repo):
    done = shop(NEEDS_ONE)("apply", "--verify", CHECK, code=2)
    text = (repo.path / "shop/rates.py").read_text()
    assert text == MODULE.replace("Optional[str]", "str | None")
    assert "rates.py:4: optional-to-union: left out:" in done.err
    assert "and shop/rates.py:10 together, with neither alone" in done.err


def test_a_codemod_that_the_command_forbids_is_given_up(shop, repo):
    """Where each of a codemod's findings fails by itself, nobody waits for all of them."""
    module = "from typing import Dict, Optional\n\n\n" + "".join(
        f"def f{number}(x: Dict[int, Optional[str]]) -> None: ...\n\n\n" for number in range(60)
    )
    check = f"{IMPORT.replace('rates', 'many')}assert source.count('Dict[') == 60\n"
    done = shop(check, **{"shop/many.py": module})("apply", "--verify", CHECK, code=2)
    runs = [line for line in done.err.splitlines() if line.startswith("verify: run")]
    assert len(runs) < 8 * 2 * 9
    assert "one finding of builtin-generics after the other fails; 52 other findings" in done.err
    assert done.err.count("so this one was not tried by itself (exit status 1)") == 52
    text = (repo.path / "shop/many.py").read_text()
    assert (text.count("Dict["), text.count("str | None")) == (60, 60)
    assert text.startswith("from typing import Dict\n")


def test_equal_sites_are_told_apart(shop, repo):
    same = "from typing import Optional\n\n\ndef f():\n"
    same += "".join(f"    x{n}: Optional[int] = None\n" for n in range(4))
    check = (
        "import inspect, shop.same as same\nassert 'x2: Optional[int]' in inspect.getsource(same)\n"
    )
    done = shop(check, **{"shop/same.py": same})("apply", "--verify", CHECK, "shop/same.py", code=2)
    text = (repo.path / "shop/same.py").read_text()
    assert [line.split(": ")[1] for line in text.splitlines()[4:]] == [
        "int | None = None",
        "int | None = None",
        "Optional[int] = None",
        "int | None = None",
    ], done.err


def test_a_tree_that_fails_already_stops_it(shop, repo):
    cli = shop("import sys\nprint('broken before')\nsys.exit(3)\n")
    done = cli("apply", "--verify", CHECK, code=2)
    assert "fails without any change (exit status 3); nothing was applied" in done.err
    assert "broken before" in done.err
    assert repo.status == []


def test_a_failing_tree_may_not_fail_more(shop, repo):
    check = (
        f"{IMPORT}import sys\nprint('FAILED tests/test_old.py::test_old - x')\n"
        "if 'Optional[str]' not in source: print('FAILED tests/test_new.py::test_new - x')\n"
        "sys.exit(1)\n"
    )
    done = shop(check)("apply", "--verify", CHECK, "--verify-baseline-fails", code=2)
    assert "warning: " in done.err
    assert "rates.py:7: optional-to-union: left out:" in done.err
    assert "Optional[int]" not in (repo.path / "shop/rates.py").read_text()


def test_a_command_that_does_not_look_is_pointed_out(shop):
    done = shop("print('all well')\n")("apply", "--verify", CHECK, code=0)
    assert "does not notice when shop/rates.py cannot be imported" in done.err
    assert "Applied 3 findings" in done.err


def test_broken_tests_do_not_count_as_noticed(shop):
    test = "from typing import Optional\n\nx: Optional[int] = 1\n"
    done = shop("import tests.test_it\n", **{"tests/test_it.py": test})(
        "apply", "--verify", CHECK, code=0
    )
    assert "does not notice when shop/rates.py cannot be imported" in done.err


def test_a_flaky_failure_is_not_believed_and_named(shop, repo, tmp_path):
    marker = tmp_path / "seen"
    check = (
        f"{IMPORT}import pathlib, sys\nmarker = pathlib.Path({str(marker)!r})\n"
        "if 'Optional' not in source and not marker.exists():\n"
        "    marker.touch()\n"
        "    print('FAILED tests/test_clock.py::test_midnight - late')\n"
        "    sys.exit(1)\n"
    )
    done = shop(check)("apply", "--verify", CHECK, code=0)
    assert "passed on the same files: tests/test_clock.py::test_midnight" in done.err
    assert "Applied 3 findings" in done.err


def test_a_run_that_takes_too_long_counts_as_failed(shop, repo):
    check = f"{IMPORT}import time\nif 'Optional[str]' not in source: time.sleep(60)\n"
    done = shop(check)("apply", "--verify", CHECK, "--verify-timeout", "1.5", code=2)
    assert "still running after" in done.err
    assert "rates.py:7: optional-to-union: left out:" in done.err


def test_nothing_the_command_started_is_left_running(shop, tmp_path):
    marker = tmp_path / "alive"
    child = f"import time, pathlib; time.sleep(2); pathlib.Path({str(marker)!r}).touch()"
    check = (
        f"import subprocess, sys, shop.rates\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n"
    )
    shop(check)("apply", "--verify", CHECK, code=0)
    time.sleep(2.2)
    assert not marker.exists()


def test_nothing_to_apply_runs_nothing(shop, tmp_path):
    marker = tmp_path / "ran"
    cli = shop(f"open({str(marker)!r}, 'w')\n")
    cli("apply", "--verify", CHECK, "-s", "builtin-generics", code=0)
    assert not marker.exists()


def test_the_dry_run_shows_what_passes(shop, repo):
    done = shop(NEEDS_SECOND)("apply", "--dry-run", "--verify", CHECK, code=2)
    assert "-def first(x: Optional[int]) -> None: ...\n" in done.out
    assert "-def second" not in done.out
    assert repo.status == []


def test_commits_hold_what_passes(shop, repo):
    shop(NEEDS_SECOND)("apply", "--commit", "--verify", CHECK, code=2)
    assert len(repo.subjects()) == 2
    assert repo.status == []
    assert (repo.path / "shop/rates.py").read_text().count("Optional[str]") == 1


def test_a_later_round_is_tried_as_it_is_made(shop, repo):
    both = "from typing import List, Optional\n\nx: Optional[List[int]] = []\ny: List[int] = []\n"
    check = "import inspect, shop.both as both\nassert 'y: List[int]' in inspect.getsource(both)\n"
    shop(check, **{"shop/both.py": both})("apply", "--verify", CHECK, "shop/both.py", code=2)
    text = (repo.path / "shop/both.py").read_text()
    assert text == ("from typing import List\n\nx: list[int] | None = []\ny: List[int] = []\n")


def test_the_work_tree_is_what_python_imports(shop, repo, tmp_path, environment):
    """An editable install of the user's tree, and a PYTHONPATH into it, must not win."""
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (site,) = place.glob("lib/*/site-packages")
    (site / "__editable__.shop.pth").write_text(f"{repo.path / 'src'}\n{repo.path / 'lib'}\n")
    check = (
        "import pathlib, shop, tools\n"
        "for module in (shop, tools):\n"
        "    assert pathlib.Path(module.__file__).is_relative_to(pathlib.Path.cwd()), module\n"
    )
    module = "from typing import Optional\n\nx: Optional[int] = 1\n"
    cli = shop(check, **{"src/shop/__init__.py": module, "lib/tools.py": module})
    repo.git("rm", "-q", "-r", "shop")
    repo.git("commit", "-q", "-m", "Move")
    python = shlex.quote(str(place / "bin/python"))
    env = {"PYTHONPATH": f"{environment['PYTHONPATH']}{os.pathsep}{repo.path / 'lib'}"}
    done = cli("apply", "--verify", f"{python} check.py", env=env, code=0)
    assert "warning" not in done.err


def test_uncommitted_and_untracked_modules_are_there(shop, repo):
    cli = shop("import shop.rates, shop.new\nassert open('data.txt').read() == 'mine'\n")
    cli.write({"data.txt": "committed"})
    repo.git("add", "data.txt")
    repo.git("commit", "-q", "-m", "Data")
    cli.write({"data.txt": "mine", "shop/new.py": "x = 1\n"})
    cli("apply", "--verify", CHECK, code=0)
    assert cli.text("data.txt") == "mine"


def test_modules_that_are_called_as_those_of_python_do_not_hide_them(shop, repo):
    files = {"scripts/types.py": MODULE, "scripts/tool.py": MODULE, "tools/helper.py": MODULE}
    cli = shop("import enum, types, helper, shop.rates\nassert types.CodeType\n", **files)
    cli("apply", "--verify", CHECK, code=0)
    assert "Optional" not in cli.text("scripts/types.py")


def test_submodules_are_there_as_they_are_here(shop, repo, make_repo):
    cli = shop("import shop.rates\nassert open('vendor/inner/data.txt').read() == 'changed'\n")
    inner, deep = make_repo("inner"), make_repo("deep")
    deep.commit({"deep.txt": b""})
    inner.commit({"data.txt": b"committed"})
    for above, below, place in ((inner, deep, "deep"), (repo, inner, "vendor/inner")):
        # By default git clones no submodule from a path.
        add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
        above.git(*add, str(below.path), place)
        above.git("commit", "-q", "-m", "Submodule")
    cli.write({"vendor/inner/data.txt": "changed"})
    done = cli("apply", "--verify", CHECK, code=0)
    assert "these submodules are not checked out: vendor/inner/deep" in done.err
    assert len(trees(repo)) == 1
    repo.git("submodule", "deinit", "-q", "--force", "--all")
    cli("undo", code=0)
    done = cli("apply", "--verify", CHECK, code=2)
    assert "hint: submodules are not checked out: vendor/inner" in done.err


def test_files_that_are_ignored_can_be_named(shop, repo):
    cli = shop("import shop.rates\nassert open('.env').read() == 'KEY=1'\n")
    cli.write({".gitignore": ".env\n", ".env": "KEY=1"})
    done = cli("apply", "--verify", CHECK, code=2)
    assert "verify-copy" in done.err
    assert "'shop/rates.py'" not in done.out
    cli("apply", "--verify", CHECK, "--config", 'verify-copy = [".env"]', code=0)
    again = cli("apply", "--verify", CHECK, "--config", 'verify-copy = ["../x"]', code=2)
    assert "leads out of the project" in again.err


def test_the_command_runs_where_the_user_is(shop, repo):
    cli = shop("", **{"shop/check.py": "import shop.rates\nassert open('rates.py')\n"})
    cli("apply", "--verify", CHECK, cwd="shop", code=0)


def test_outside_git_there_is_no_second_tree(outside):
    outside.write({"m.py": MODULE})
    done = outside("apply", "--allow-no-vcs", "--verify", "true", code=2)
    assert "git init" in done.err
    assert outside.text("m.py") == MODULE


def test_git_hooks_stay_out_of_it(shop, repo, tmp_path):
    marker = tmp_path / "hooked"
    repo.hook("post-checkout", f"touch {marker}")
    shop(IMPORT)("apply", "--verify", CHECK, code=0)
    assert not marker.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
@pytest.mark.parametrize("when", ["as things are", "changed"])
def test_an_interrupt_leaves_nothing_behind(shop, repo, tmp_path, number, when):
    pid = tmp_path / "pid"
    wait = "Optional[int]' in source" if when == "as things are" else "Optional[int]' not in source"
    check = (
        f"{IMPORT}import os, pathlib, time\n"
        f"if '{wait}:\n"
        f"    pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n    time.sleep(60)\n"
    )
    cli = shop(check)
    place = tmp_path / "temporary"
    place.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "lever_fix", "apply", "--verify", CHECK],
        cwd=repo.path,
        env={**cli.environment, "TMPDIR": str(place)},
        stderr=subprocess.PIPE,
        # As from a terminal: pytest's own workers may run with Ctrl-C switched off.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    _wait_for(pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert repo.status == []
    assert len(trees(repo)) == 1
    assert list(place.iterdir()) == []
    assert not is_running(int(pid.read_text()))


def test_what_a_kill_left_is_removed_by_the_next_run(shop, repo, tmp_path):
    pid = tmp_path / "pid"
    check = (
        f"{IMPORT}import os, pathlib, time\npid = pathlib.Path({str(pid)!r})\n"
        "if not pid.exists():\n    pid.write_text(str(os.getpid()))\n    time.sleep(60)\n"
    )
    cli = shop(check)
    process = subprocess.Popen(
        [sys.executable, "-m", "lever_fix", "apply", "--verify", CHECK],
        cwd=repo.path,
        env=cli.environment,
        stderr=subprocess.DEVNULL,
    )
    _wait_for(pid)
    process.kill()
    process.wait()
    os.killpg(os.getpgid(int(pid.read_text())), signal.SIGKILL)
    assert len(trees(repo)) == 2
    assert repo.status == []
    cli("apply", "--verify", CHECK, code=0)
    assert len(trees(repo)) == 1


def test_a_review_writes_what_passes(shop, repo):
    done = shop(NEEDS_SECOND)("review", "--plain", "--verify", CHECK, stdin=b"y\ny\ny\nw\nq\n")
    text = (repo.path / "shop/rates.py").read_text()
    assert text.count("Optional[") == 1, done
    assert "Optional[str]" in text
    assert "rates.py:7: optional-to-union: left out:" in done.err
    assert done.code == 2


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
