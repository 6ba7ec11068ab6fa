"""`lever-fix check` as a process: what it prints where, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

OLD = "from typing import Optional\n\n\ndef f(x: Optional[int]) -> None: ...\n"
NEW = "def f(x: int | None) -> None: ...\n"
UNSAFE = "from typing import Optional\n\nX = Optional[make()]\n"
DISPLAY = '''"""Look."""
from lever_fix.codemod import *

@codemod(summary="Look", triggers=("look",), cases=())
def look(module, project):
    yield module.finding(Span(0, 4), "look here", safety=Safety.DISPLAY, reasons=("why",))
'''


@pytest.mark.parametrize(
    ("files", "options", "code"),
    [
        pytest.param({"m.py": NEW}, (), 0, id="nothing"),
        pytest.param({"m.py": OLD}, (), 1, id="findings"),
        pytest.param({"m.py": OLD}, ("--exit-zero",), 0, id="exit zero"),
        pytest.param({"m.py": OLD, "n.py": "def f(:\nOptional"}, (), 2, id="a broken file"),
        pytest.param({"m.py": "def f(:\nOptional"}, ("--exit-zero",), 2, id="never zero"),
        pytest.param({"m.py": "look\n"}, ("--codemod", "look.py"), 0, id="display"),
        pytest.param({"m.py": "look\n"}, ("--codemod", "look.py", "--strict"), 1, id="strict"),
        pytest.param({"m.py": OLD}, ("--ignore", "optional-to-union"), 0, id="ignored"),
        pytest.param({"m.py": OLD}, ("-s", "builtin-generics"), 0, id="other selected"),
        pytest.param({"m.py": OLD}, ("-s", "builtin-generics,optional-to-union"), 1, id="both"),
        pytest.param({"m.py": OLD}, ("--target-version", "py39"), 0, id="target"),
        pytest.param({"m.py": OLD}, ("--config", 'target-version = "py39"'), 0, id="config"),
    ],
)
def test_exit_codes(cli, files, options, code):
    cli.write({"look.py": DISPLAY, ".gitignore": "look.py\n", **files})
    cli("check", *options, code=code)


def test_text_is_data_on_stdout_and_chatter_on_stderr(cli):
    cli.write({"m.py": OLD, "bad.py": "def f(:\nOptional"})
    done = cli("check", code=2)
    assert done.out.startswith("m.py:4:10: optional-to-union [safe]")
    assert "\x1b" not in done.out + done.err
    assert "error: bad.py:1: does not parse" in done.err
    assert "  hint: mend the syntax" in done.err
    assert (
        "Found 1 finding in 1 file (1 safe); 1 can be applied with `lever-fix apply`." in done.err
    )
    assert cli("check", "-q").err.startswith("error: bad.py:1")
    assert "Found" not in cli("check", "-q").err


@pytest.mark.parametrize("format_", ["json", "plan", "sarif", "github"])
def test_machine_formats_are_alone_on_stdout(cli, format_):
    cli.write({"m.py": OLD})
    done = cli("check", "--format", format_, code=1)
    assert done.err == ""
    if format_ == "github":
        assert done.out.startswith("::warning ") or done.out.startswith("::error ")
    else:
        found = json.loads(done.out)
        assert found["version"] in (1, "2.1.0")
        assert "optional-to-union" in done.out
    file = cli.directory / "out.txt"
    quiet = cli("check", "--format", format_, "--output", "out.txt", code=1)
    assert (quiet.out, file.read_text()) == ("", done.out)


def test_text_in_a_file_has_no_colour(cli):
    cli.write({"m.py": OLD})
    cli("check", "--output", "out.txt", env={"FORCE_COLOR": "1"})
    assert "\x1b" not in cli.text("out.txt")
    assert "optional-to-union" in cli.text("out.txt")


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        pytest.param({}, False, id="a pipe"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
    ],
)
def test_colour(cli, variables, coloured):
    cli.write({"m.py": OLD})
    assert ("\x1b[" in cli("check", env=variables).out) is coloured


def test_escapes_in_the_source_reach_no_terminal(cli):
    cli.write({"m.py": f"{OLD}\ny: Optional[str] = '\x1b]0;owned\x07'\n"})
    done = cli("check", env={"NO_COLOR": "1"})
    assert "␛]0;owned␇" in done.out
    assert "\x1b" not in done.out
    shown = cli("apply", "--dry-run", env={"NO_COLOR": "1"})
    assert "\x1b" not in shown.out


def test_statistics(cli):
    cli.write({"m.py": OLD, "n.py": UNSAFE})
    done = cli("check", "--statistics", code=1)
    assert "optional-to-union" in done.out
    assert "m.py:4" not in done.out


def test_verbose_shows_what_was_left_alone(cli):
    text = "from typing import Optional\nX = Optional['Foo']\n"
    cli.write({"m.py": text})
    assert "left alone" not in cli("check").out
    assert "[left alone: string-operand]" in cli("check", "-v").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("-s", "optional-to-unoin"), "did you mean 'optional-to-union'?", id="select"),
        pytest.param(("--ignore", "nope"), "no codemod 'nope'", id="ignore"),
        pytest.param(("gone.py",), "gone.py: no such file or directory", id="missing path"),
        pytest.param(("m.py", "/"), "different git repositories", id="outside the repository"),
        pytest.param(("-",), "add --stdin-filename PATH", id="stdin without a name"),
        pytest.param(("-", "m.py"), "stands alone", id="stdin and a path"),
        pytest.param(("--since", "nowhere"), "unknown revision 'nowhere'", id="revision"),
        pytest.param(("--plan", "gone.json"), "gone.json: cannot be read", id="no plan"),
        pytest.param(("--plan", "m.py"), "m.py: not JSON", id="not a plan"),
        pytest.param(("--baseline", "gone.json"), "gone.json: cannot be read", id="no baseline"),
        pytest.param(("--config", "line-length = -1"), "--config line-length: -1", id="setting"),
        pytest.param(("--config", "target-version=py311"), "needs quotes", id="unquoted"),
        pytest.param(("--target-version", "3.11"), "'3.11' is not one of", id="target"),
        pytest.param(("--codemod", "gone.py"), "no such codemod file", id="codemod"),
        pytest.param(("--codemod", "m.py"), "no codemod registered", id="no codemod in it"),
        pytest.param(("--codemod", "mods/bad.py"), "bad.py:2: KeyError", id="broken codemod"),
        pytest.param(("--codemod", "mods/odd.py:nope"), "no codemod named 'nope'", id="name"),
        pytest.param(
            ("--codemod", "nowhere.at.all"), "cannot import 'nowhere.at.all'", id="module"
        ),
        pytest.param(("--output", "no/where.txt"), "no/where.txt: cannot be written", id="output"),
        pytest.param(("--jobs", "-1"), "--jobs", id="jobs"),
        pytest.param(("--format", "xml"), "xml", id="format"),
    ],
)
def test_mistakes_end_with_2_and_say_what_to_do(cli, arguments, message):
    cli.write({"m.py": OLD, "mods/bad.py": "x = {}\nx['a']\n", "mods/odd.py": DISPLAY})
    done = cli("check", *arguments, code=2)
    assert message in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param('[tool.lever-fix]\nselcet = ["a"]\n', "did you mean 'select'?", id="key"),
        pytest.param(
            '[tool.lever-fix]\nselect = ["nope"]\n', "[tool.lever-fix] select: no codemod", id="id"
        ),
        pytest.param("[tool.lever-fix\n", "pyproject.toml:1", id="toml"),
        pytest.param(
            "[tool.lever-fix.optional-to-union]\na = 1\n", "optional-to-union", id="options"
        ),
        pytest.param("[tool.lever-fix.nope]\na = 1\n", "no such codemod or setting", id="table"),
    ],
)
@pytest.mark.parametrize("folder", ["", "inner/"], ids=["root", "nested"])
def test_mistakes_in_a_configuration_name_the_file(cli, table, message, folder):
    cli.write({"m.py": OLD, f"{folder}m.py": OLD, f"{folder}pyproject.toml": table})
    done = cli("check")
    if "a = 1" in table and "nope" not in table:
        assert done.code == 1  # the codemod has no options type: its table is not looked at
        return
    assert done.code == 2
    assert f"{folder}pyproject.toml" in done.err
    assert message in done.err
    assert cli("check", "--isolated").code == 1


def test_settings_levels_and_precedence(cli):
    cli.write({"m.py": OLD, "tests/m.py": OLD})
    table = '[tool.lever-fix]\nignore = ["optional-to-union"]\n'
    cli.write({"pyproject.toml": table})
    cli("check", code=0)
    cli("check", "-s", "optional-to-union", code=1)
    cli("check", "--ignore", "builtin-generics", code=0)
    per_file = '[tool.lever-fix.per-file-ignores]\n"tests/**" = ["optional-to-union"]\n'
    cli.write({"pyproject.toml": per_file})
    assert "tests" not in cli("check", code=1).out
    cli.write({"pyproject.toml": '[tool.lever-fix]\nunsafe = ["optional-to-union"]\n'})
    done = cli("check", code=1)
    assert "optional-to-union [unsafe]" in done.out
    assert "`unsafe` in pyproject.toml names optional-to-union" in done.out


def test_each_project_of_a_repository_has_its_own_settings(cli):
    old = '[project]\nname = "old"\nrequires-python = ">=3.9"\n'
    new = '[project]\nname = "new"\nrequires-python = ">=3.11"\n'
    cli.write({"old/pyproject.toml": old, "old/m.py": OLD, "new/pyproject.toml": new})
    cli.write({"new/m.py": OLD})
    found = json.loads(cli("check", "--format", "json").out)["findings"]
    assert [one["path"] for one in found] == ["new/m.py"]


def test_a_nested_project_brings_its_own_codemods(cli):
    table = '[tool.lever-fix]\ncodemods = ["mods/look.py"]\n'
    cli.write({"a/pyproject.toml": table, "a/mods/look.py": DISPLAY})
    cli.write({"a/m.py": "look\n", "b/m.py": "look\n"})
    found = json.loads(cli("check", "--format", "json", "a/m.py", "b/m.py").out)["findings"]
    assert [(one["path"], one["codemod"]) for one in found] == [("a/m.py", "look")]


def test_standard_input(cli):
    cli.write({"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n', "m.py": NEW})
    old = cli("check", "-", "--stdin-filename", "m.py", stdin=OLD.encode(), code=0)
    assert "No findings in 1 file." in old.err
    arguments = ("check", "-", "--stdin-filename", "new/file.py", "--target-version", "py311")
    (cli.directory / "new").mkdir()
    done = cli(*arguments, "--format", "json", stdin=OLD.encode(), code=1)
    (found,) = json.loads(done.out)["findings"]
    assert found["path"] == "new/file.py"
    assert not (cli.directory / ".lever_fix_cache").exists()
    assert "the name" not in cli("apply", "-", code=2).err


def test_no_python_files_are_said(cli):
    cli.write({"README.md": "hello\n"})
    done = cli("check", code=0)
    assert "No Python files found here" in done.err
    assert "No Python files found here" in cli("apply").err


def test_a_directory_that_looks_like_a_file(cli):
    cli.write({"x.py/m.py": OLD})
    done = cli("check", "x.py", code=1)
    assert done.out.startswith("x.py/m.py:4:10")


def test_paths_are_shown_from_where_one_stands(cli):
    cli.write({"a/m.py": OLD, "b/m.py": OLD})
    done = cli("check", ".", "../b", cwd="a", code=1)
    assert "\n../b/m.py:4:10" in "\n" + done.out
    assert "\nm.py:4:10" in "\n" + done.out
    found = json.loads(cli("check", "--format", "json", cwd="a").out)["findings"]
    assert [one["path"] for one in found] == ["m.py"]


def test_only_what_changed_since_a_revision(cli, commit):
    commit({"m.py": OLD + "\n\n\n" + OLD.replace("f(", "g(").split("\n", 3)[3], "n.py": OLD})
    text = cli.text("m.py")
    cli.write({"m.py": text.replace("def g(x", "def g(y")})
    done = cli("check", "--since", "HEAD", "--format", "json", code=1)
    found = json.loads(done.out)["findings"]
    assert [(one["path"], one["start"]["line"]) for one in found] == [("m.py", 8)]
    cli("apply", "--since", "HEAD", "--allow-dirty", code=0)
    assert cli.text("m.py") == text.replace("def g(x: Optional[int]", "def g(y: int | None")
    assert cli.text("n.py") == OLD


def test_since_outside_git(outside):
    outside.write({"m.py": OLD})
    done = outside("check", "--since", "HEAD", code=2)
    assert "error:" in done.err


def test_a_baseline_hides_what_was_known(cli):
    cli.write({"m.py": OLD})
    done = cli("check", "--write-baseline", "known.json", code=0)
    assert "1 finding" in done.err
    assert cli("check", "--baseline", "known.json", code=0).out == ""
    cli.write({"m.py": "# moved\n" + OLD + "def g(x: Optional[str]) -> None: ...\n"})
    found = json.loads(cli("check", "--baseline", "known.json", "--format", "json").out)
    assert [one["start"]["line"] for one in found["findings"]] == [6]
    cli.write({"m.py": NEW})
    assert (
        "1 entry matches nothing any more" in cli("check", "--baseline", "known.json", code=0).err
    )
    cli.write({"pyproject.toml": '[tool.lever-fix]\nbaseline = "known.json"\n', "m.py": OLD})
    cli("check", code=0)
    cli("check", "--write-baseline", "known.json", code=0)
    cli("check", code=0)
    cli.write({"bad.py": "def f(:\nOptional"})
    assert "bad.py:1" in cli("check", "--write-baseline", "known.json", code=2).err


def test_a_baseline_is_not_stale_for_what_was_not_looked_at(cli, commit):
    commit({"m.py": OLD, "n.py": OLD})
    cli("check", "--write-baseline", "known.json", code=0)
    cli.write({"n.py": "#\n" + OLD})
    assert "any more" not in cli("check", "--baseline", "known.json", "--since", "HEAD").err
    assert "any more" not in cli("check", "--baseline", "known.json", "m.py", code=0).err


def test_a_plan_can_be_looked_at_again_until_it_is_stale(cli):
    cli.write({"m.py": OLD})
    cli("check", "--format", "plan", "--output", "p.json", code=1)
    assert cli("check", "--plan", "p.json", code=1).out == cli("check").out
    cli.write({"m.py": "x\n"})
    done = cli("check", "--plan", "p.json", code=2)
    assert "m.py: it has changed since the plan was made" in done.err
    (cli.directory / "m.py").unlink()
    assert "m.py: it is not there any more" in cli("check", "--plan", "p.json", code=2).err


@pytest.mark.parametrize("name", ["mods/look.py", "mods/look.py:look"])
def test_bring_your_own_codemod(cli, name):
    cli.write({"mods/look.py": DISPLAY, "m.py": "look\n"})
    done = cli("check", "--codemod", f"../{name}", "../m.py", cwd="mods")
    assert "look [display] look here" in done.out
    assert "note: why" in done.out


def test_a_crash_names_codemod_file_and_line(cli):
    broken = DISPLAY.replace("    yield", "    1 / 0\n    yield")
    cli.write({"look.py": broken, "m.py": "look\n" + OLD})
    done = cli("check", "--codemod", "look.py", "m.py", code=2)
    assert "error: m.py: codemod 'look' crashed: ZeroDivisionError: division by zero" in done.err
    assert f"{cli.directory / 'look.py'}:6" in done.err
    assert "optional-to-union" in done.out


def test_an_interrupted_run_is_mentioned(cli, commit):
    commit({"m.py": OLD})
    cli("apply", code=0)
    (record,) = (cli.directory / ".git/lever-fix/runs").glob("*/run.msgpack")
    record.write_bytes(record.read_bytes().replace(b"\xa4done", b"\xa7pending"))
    done = cli("check")
    assert f"lever-fix undo {record.parent.name}" in done.err
    refused = cli("apply", code=2)
    assert f"lever-fix undo {record.parent.name}" in refused.err
    cli("undo", code=0)
    assert cli.text("m.py") == OLD


def test_a_reader_that_goes_away(cli):
    cli.write({"m.py": OLD + "def g(x: Optional[int]): ...\n" * 3000})
    command = f"{sys.executable} -m lever_fix check --no-cache | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=cli.directory,
        env=dict(cli.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("m.py:4:10")
    assert "Error" not in done.stderr
    assert "Exception" not in done.stderr


def test_two_processes_share_a_cache(cli):
    cli.write({f"m{number}.py": OLD for number in range(30)})
    command = [sys.executable, "-m", "lever_fix", "check", "--format", "json"]
    running = [
        subprocess.Popen(
            command,
            cwd=cli.directory,
            env=dict(cli.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())["findings"]) == 30
    assert not list((cli.directory / ".lever_fix_cache").glob("*.tmp"))


def test_an_internal_error_is_short_and_exits_with_2(cli):
    cli.write({"sitecustomize.py": "import lever_fix.cli.check as c\nc.summary = None\n"})
    cli.write({"m.py": OLD})
    path = os.pathsep.join([str(cli.directory), cli.environment["PYTHONPATH"]])
    done = cli("check", env={"PYTHONPATH": path}, code=2)
    assert "error: internal error: TypeError" in done.err
    assert "LEVER_FIX_TRACEBACK=1" in done.err
