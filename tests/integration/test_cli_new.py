"""`lever-fix new`: what it writes loads, is tidy, and fails for the one thing that is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest


def run(cli, *command):
    environment = {**cli.environment, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cli.directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def pytest_in(cli, test):
    options = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-c", os.devnull, "--rootdir=.", "-q")
    return run(cli, "pytest", *options, test)


def completed(code: str) -> str:
    """The codemod with the finding that it has as a comment."""
    head, missing, tail = re.split(r"(?<=the finding:\n)|(?m:^)(?= +# An imp)", code)
    return head + missing.replace("# ", "", missing.count("\n")).replace("#     ", "    ") + tail


def test_the_test_fails_until_the_finding_is_there(cli):
    done = cli("new", "quiet-logs", code=0)
    assert "codemods/quiet_logs.py" in done.out
    assert "pytest tests/test_quiet_logs.py" in done.out
    before = pytest_in(cli, "tests/test_quiet_logs.py")
    assert before.returncode == 1, before.stdout
    assert "2 failed, 2 passed" in before.stdout
    file = cli.directory / "codemods/quiet_logs.py"
    file.write_text(completed(file.read_text()))
    after = pytest_in(cli, "tests/test_quiet_logs.py")
    assert "4 passed" in after.stdout, after.stdout


def test_it_runs_and_explains_itself_at_once(cli):
    cli("new", "quiet-logs")
    cli.write({"app.py": 'import warnings\n\nwarnings.warn("x")\nlog.warn("y")\n'})
    options = ("--codemod", "codemods/quiet_logs.py", "-s", "quiet-logs")
    assert "no-logger" in cli("check", "app.py", "-v", *options, code=0).out
    assert "log.warning" in cli("explain", "quiet-logs", *options[:2], code=0).out


def test_it_is_tidy(cli):
    cli("new", "quiet-logs")
    ruff = run(cli, "ruff", "check", "--isolated", "--select=ANN,B,D,E,F,UP", "--line-length=100",
               "--ignore=D203,D213,ANN201,ANN001,D103", ".")  # fmt: skip
    assert ruff.returncode == 0, ruff.stdout
    ruff = run(cli, "ruff", "format", "--isolated", "--line-length=100", "--check", ".")
    assert ruff.returncode == 0, ruff.stdout


def test_tests_of_codemods_have_a_folder_where_there_is_one(cli):
    (cli.directory / "tests/codemods").mkdir(parents=True)
    cli("new", "a-b", "--directory", "tools", code=0)
    assert pytest_in(cli, "tests/codemods/test_a_b.py").returncode == 1
    assert (cli.directory / "tools/a_b.py").is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Quiet_Logs", "lever-fix new quiet-logs"),
        ("9", "such as aware-utcnow"),
        ("../x", "lever-fix new x"),
        ("optional-to-union", "there is a codemod 'optional-to-union' already"),
        ("taken", "is there already"),
    ],
)
def test_what_cannot_be_an_id(cli, name, said):
    cli.write({"codemods/taken.py": "mine\n"})
    done = cli("new", name, code=2)
    assert said in done.err
    assert cli.text("codemods/taken.py") == "mine\n"
    assert not (cli.directory / "tests").exists()
