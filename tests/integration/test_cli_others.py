"""`explain`, `list`, `config`, and what a start costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lever_fix import __version__

OLD = "from typing import Optional\n\n\ndef f(x: Optional[int]) -> None: ...\n"
REFUSED = "from typing import Optional\n\nX = Optional['Foo']\n"
SUPPRESSED = OLD.rstrip("\n") + "  # lever: ignore[optional-to-union] the API says so\n"
MINE = '''"""What it does.

Why \x1b[31mnot.
"""
from lever_fix.codemod import *

@codemod(summary="Mine alone", triggers=("x",), cases=(), enabled=False)
def mine(module, project):
    yield from ()
'''


def test_explain_a_codemod(cli):
    done = cli("explain", "optional-to-union", code=0)
    assert done.out.startswith("optional-to-union: Write Optional[X] as X | None")
    assert "Fix safety" in done.out
    assert "  - " in done.out
    assert "  + " in done.out
    assert "Left alone" in done.out
    assert "unused-suppression" in cli("explain", "unused-suppression", code=0).out


def test_explain_a_codemod_of_ones_own(cli):
    cli.write(
        {"mods/mine.py": MINE, "pyproject.toml": '[tool.lever-fix]\ncodemods = ["mods/mine.py"]\n'}
    )
    assert "Mine alone" in cli("explain", "mine", code=0).out
    assert "Mine alone" in cli("explain", "mine", cwd="mods", code=0).out
    cli("explain", "mine", "--isolated", code=2)
    done = cli("explain", "mine", "--isolated", "--codemod", "mods/mine.py", code=0)
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("place", "text", "shown"),
    [
        pytest.param("m.py:4", OLD, "m.py:4:10: optional-to-union [safe]", id="finding"),
        pytest.param("m.py:4:12", OLD, "m.py:4:10: optional-to-union [safe]", id="column"),
        pytest.param("m.py:3", REFUSED, "[left alone: string-operand]", id="refusal"),
        pytest.param("m.py:2", OLD, "no codemod found anything", id="nothing"),
        pytest.param("m.py:1", "", "no codemod found anything", id="empty file"),
        pytest.param(
            "m.py:4",
            SUPPRESSED,
            "[suppressed by the comment in m.py:4: the API says so]",
            id="suppressed",
        ),
    ],
)
def test_explain_a_place(cli, place, text, shown):
    cli.write({"m.py": text})
    assert shown in cli("explain", place, code=0).out


PLAN = {
    "a.py": "import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5).text\n",
    "b.py": "from a import fetch\n\n\ndef load(url):\n    return fetch(url) + '!'\n",
    "c.py": "from b import load\n\n\nasync def main(url):\n    return load(url)\n",
    "test_b.py": "import b\n\n\ndef test_load():\n    assert b.load('url')\n",
    "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
}


def test_explain_shows_a_plan_as_a_tree(cli):
    cli.write(PLAN)
    out = cli("explain", "a.py:5", code=0).out
    lines = [line.removeprefix("  ") for line in out.splitlines()]
    at = lines.index("a.py:fetch becomes async")
    assert lines[at + 1 : at + 4] == [
        "  b.py:load becomes async",
        "    c.py:main is async",
        "    test_b.py:test_load becomes async",
    ]


def test_explain_shows_the_path_to_what_blocks(cli):
    cli.write(
        {
            **PLAN,
            "c.py": "from b import load\n\n\nasync def main(urls):\n    "
            "return any(load(one) for one in urls)\n",
        }
    )
    out = cli("explain", "a.py:5", code=0).out
    path = ["a.py:fetch", "b.py:load", "c.py:main", "<generator expression>"]
    assert " \N{RIGHTWARDS ARROW} ".join(path) in " ".join(out.split())


@pytest.mark.parametrize(
    ("what", "message"),
    [
        pytest.param("optional-to-unoin", "did you mean 'optional-to-union'?", id="misspelt"),
        pytest.param("gone.py:3", "gone.py: no such file or directory", id="missing file"),
        pytest.param("m.py:99", "m.py:99: the file has 4 lines", id="beyond the end"),
        pytest.param("m.py:0", "m.py:0: the file has 4 lines", id="line 0"),
        pytest.param("folder:3", "folder: a directory", id="directory"),
        pytest.param("m.py", "no codemod is called 'm.py', and it is no PATH:LINE", id="no line"),
        pytest.param("bad.py:1", "bad.py:2: does not parse", id="broken file"),
    ],
)
def test_explain_mistakes(cli, what, message):
    cli.write({"m.py": OLD, "folder/n.py": OLD, "bad.py": "from typing import Optional\ndef f(:\n"})
    assert message in cli("explain", what, code=2).err


def test_explain_from_a_directory_below(cli):
    cli.write({"a/m.py": OLD})
    assert "\nm.py:4:10" in "\n" + cli("explain", "m.py:4", cwd="a", code=0).out


def test_list(cli):
    lines = cli("list", code=0).out.splitlines()
    assert [line.split()[0] for line in lines][-1] == "unused-suppression"
    assert any(line.startswith("optional-to-union ") for line in lines)
    cli.write({"mods/mine.py": MINE})
    done = cli("list", "--codemod", "mine.py", cwd="mods", code=0)
    assert any("Mine alone  (off by default)" in line for line in done.out.splitlines())


def test_config_shows_where_settings_come_from(cli):
    cli.write(
        {
            "pyproject.toml": '[project]\nrequires-python = ">=3.12"\n\n'
            '[tool.lever-fix]\nignore = ["builtin-generics"]\n',
            "inner/pyproject.toml": "[tool.lever-fix]\nline-length = 77\n",
            "inner/m.py": OLD,
        }
    )
    rows = {line.split()[0]: line for line in cli("config", code=0).out.splitlines()}
    assert "(none)" in rows["baseline"]
    assert "(all enabled)" in rows["select"]
    assert rows["ignore"].endswith("pyproject.toml:5")
    assert '["builtin-generics"]' in rows["ignore"]
    assert "inferred from requires-python in pyproject.toml:2" in rows["target-version"]
    assert rows["line-length"].endswith("default")
    inner = {line.split()[0]: line for line in cli("config", "inner", code=0).out.splitlines()}
    assert "77" in inner["line-length"]
    assert inner["line-length"].endswith("inner/pyproject.toml:2")
    told = cli("config", "--config", "line-length = 60", "-s", "optional-to-union", code=0).out
    rows = {line.split()[0]: line for line in told.splitlines()}
    assert rows["line-length"].endswith("--config")
    assert rows["select"].endswith("--select")
    assert "pyproject.toml" not in cli("config", "--isolated", code=0).out


def test_ignore_adds_to_what_a_file_ignores(cli):
    cli.write({"pyproject.toml": '[tool.lever-fix]\nignore = ["builtin-generics"]\n'})
    told = cli("config", "--ignore", "optional-to-union", code=0).out
    assert '["builtin-generics","optional-to-union"]' in told


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version(outside, flag):
    assert outside(flag, code=0).out == f"lever-fix {__version__}\n"


@pytest.mark.parametrize("command", ["check", "apply", "undo", "list", "explain", "config"])
def test_help(outside, command):
    assert "Usage:" in outside(command, "--help", code=0).out


def test_misspelt_commands_and_options(outside):
    assert "check" in outside("chek", code=2).err
    assert "No such option" in outside("check", "--formt", "json", code=2).err


def _loaded(directory, environment, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert lines
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        pytest.param(
            ("-c", "import lever_fix"),
            {"typer", "click", "libcst", "rich", "git", "msgspec", "textual", "tomlkit"},
            id="the package",
        ),
        pytest.param(
            ("-m", "lever_fix", "--version"),
            {"typer", "click", "libcst", "rich", "git", "msgspec", "textual", "tomlkit"},
            id="--version",
        ),
        pytest.param(
            ("-m", "lever_fix", "check"),
            {"libcst", "rich", "git", "textual", "tomlkit", "asyncio"},
            id="check",
        ),
        pytest.param(
            ("-m", "lever_fix", "list"),
            {"libcst", "rich", "git", "textual", "tomlkit", "asyncio"},
            id="list",
        ),
    ],
)
def test_a_start_loads_only_what_it_needs(cli, arguments, unwanted):
    cli.write({"m.py": OLD})
    loaded = _loaded(cli.directory, dict(cli.environment), *arguments)
    assert "lever_fix" in loaded
    assert not loaded & unwanted
