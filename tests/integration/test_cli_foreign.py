"""LibCST commands and Bowler queries on the command line: named, run, applied, taken back."""

from __future__ import annotations

import json

import pytest

TYPE_COMMENTS = "libcst.codemod.commands.convert_type_comments:ConvertTypeComments"
QUERY = 'select_function("old").rename("new")'
NAME = "bowler-select-function-old-rename-new"

MINE = """
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Mine(VisitorBasedCodemodCommand):
    DESCRIPTION = "Do it."

    def leave_Integer(self, original_node, updated_node):
        print("noise")
        {body}
"""


def test_a_command_is_applied_and_taken_back(cli, commit):
    before = "x = 1  # type: int\r\ny = 2"
    commit({"a.py": before})
    options = ("--codemod", TYPE_COMMENTS, "-s", "convert-type-comments")
    checked = cli("check", *options, code=1)
    assert "`x = 1  # type: int` becomes `x: int = 1`" in checked.out
    assert "nothing was written" in cli("apply", "--dry-run", "--unsafe", *options, code=0).err
    assert "Nothing to apply" in cli("apply", *options, code=0).err
    cli("apply", "--unsafe", *options, code=0)
    assert (cli.directory / "a.py").read_bytes() == b"x: int = 1\r\ny = 2"
    cli("undo", code=0)
    assert (cli.directory / "a.py").read_bytes() == before.encode()


def test_the_configuration_names_codemods_and_trusts_them(cli, commit):
    commit(
        {
            "pyproject.toml": "[tool.lever-fix]\n"
            f"codemods = ['{TYPE_COMMENTS}', 'tools/mine.py:Mine', 'bowler:{QUERY}']\n"
            "safe = ['convert-type-comments']\n",
            "tools/mine.py": MINE.format(body="return updated_node"),
            "pkg/a.py": "x = 1  # type: int\n",
        }
    )
    listed = cli("list", code=0, cwd="pkg").out
    assert "convert-type-comments" in listed
    assert "mine " in listed
    assert NAME in listed
    cli("apply", code=0, cwd="pkg")
    assert cli.text("pkg/a.py") == "x: int = 1\n"
    explained = cli("explain", "mine", code=0, cwd="pkg").out
    assert explained.startswith("mine: Do it\n\nDo it.\n\nA LibCST command")
    assert "Fix safety: `unsafe`" in explained


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_crash_is_an_error_that_names_file_codemod_and_line(cli, commit, jobs):
    body = 'return updated_node.with_changes(value="3") if original_node.value == "1" else 1 / 0'
    big = {f"big{number}.py": "x = 1\n" + "# filler\n" * 40_000 for number in range(3)}
    own = {"mine.py": MINE.format(body=body), "a.py": "x = 1\n", "b.py": "x = 2\n"}
    commit({**own, **(big if jobs == "2" else {})})
    options = ("--codemod", "mine.py", "-s", "mine", "--config", "exclude=['mine.py']")
    done = cli("check", "--format", "json", "-j", jobs, *options, code=2)
    found = json.loads(done.out)  # what it prints is kept away from ours
    assert {one["path"] for one in found["findings"]} == {"a.py", *(big if jobs == "2" else {})}
    (error,) = found["errors"]
    assert error["path"] == "b.py"
    assert "codemod 'mine' crashed: ZeroDivisionError" in error["message"]
    assert "mine.py:11)" in error["message"]
    done = cli("apply", "--unsafe", *options, code=2)
    assert cli.text("a.py") == "x = 3\n"


def test_sys_exit_in_a_command_ends_the_command_alone(cli, commit):
    commit({"mine.py": MINE.format(body="raise SystemExit(0)"), "a.py": "x = 1\n"})
    done = cli("check", "a.py", "--codemod", "mine.py", "-s", "mine", code=2)
    assert "it called sys.exit(0)" in done.err


def test_what_an_installed_package_brings_is_off_until_it_is_named(cli, tmp_path, commit):
    site = tmp_path / "site"
    information = site / "acme-1.dist-info"
    information.mkdir(parents=True)
    (site / "acme.py").write_text(MINE.format(body="return updated_node"))
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[lever_fix.codemods]\nmine = acme:Mine\n")
    commit({"a.py": "x = 1\n"})
    path = {"PYTHONPATH": f"{cli.environment['PYTHONPATH']}:{site}"}
    assert "Do it  (off by default)" in cli("list", code=0, env=path).out
    assert "noise" not in cli("check", code=0, env=path).err
    assert "noise" in cli("check", "-s", "mine", code=0, env=path).err
    assert "noise" in cli("check", "--codemod", "acme:Mine", code=0, env=path).err


def test_a_query_on_the_command_line(cli, commit):
    commit(
        {
            "a.py": "def old():\n    pass\n",
            "b.py": "from a import old\r\n\r\nold()",
            "c.py": "from a import old\n\nmatch old():\n    case _:\n        pass\n",
        }
    )
    checked = cli("bowler", QUERY, "a.py", "b.py", code=1)
    assert f"a.py:1:1: {NAME} [unsafe] `def old():` becomes `def new():`" in checked.out
    assert "--apply to make it" in checked.err
    shown = cli("bowler", QUERY, "a.py", "b.py", "--dry-run", code=0)
    assert "+def new():" in shown.out
    done = cli("bowler", QUERY, "--apply", code=2)
    assert "c.py:3: not parsed by Bowler" in done.err.replace("error: ", "").replace("\n", " ")
    assert (cli.directory / "b.py").read_bytes() == b"from a import new\r\n\r\nnew()"
    cli("undo", code=0)
    assert cli.text("a.py") == "def old():\n    pass\n"


def test_a_query_that_is_none(cli):
    done = cli("bowler", "nonsense", code=2)
    assert "has no attribute 'nonsense'" in done.err
    assert 'select_function("old").rename("new")' in done.err


def test_scripts_are_found_from_wherever_the_command_runs(cli, commit):
    script = "from bowler import Query\nQuery('.').select_var('a').rename('b').write()\n"
    commit({"tools/renames.py": script, "pkg/x.py": "a = 1\n"})
    done = cli("check", "x.py", "--codemod", "../tools/renames.py", cwd="pkg", code=1)
    assert "x.py:1:1: renames [unsafe] `a = 1` becomes `b = 1`" in done.out
    assert cli.text("pkg/x.py") == "a = 1\n"


def test_results_are_kept_until_a_file_or_the_codemod_changes(cli, commit):
    commit({"mine.py": MINE.format(body="return updated_node"), "a.py": "x = 1\n"})
    options = ("check", "a.py", "--codemod", "mine.py", "-s", "mine")
    assert "noise" in cli(*options, code=0).err
    assert "noise" not in cli(*options, code=0).err
    cli.write({"a.py": "x = 2\n"})
    assert "noise" in cli(*options, code=0).err
    assert "noise" not in cli(*options, code=0).err
    cli.write({"mine.py": MINE.format(body="return original_node")})
    assert "noise" in cli(*options, code=0).err
