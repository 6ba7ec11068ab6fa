"""`lever-fix review --plain` through a pipe, and `apply --decisions`, as a user has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

FILE = (
    "from typing import List, Optional\n\n\n"
    "def first(a: Optional[int]) -> int: ...\n\n\n"
    "def second(b: Optional[str]) -> str: ...\n\n\n"
    "def third(c: Optional[bytes]) -> bytes: ...\n"
)
TWINS = "from typing import Optional\n\n\ndef f(a: Optional[int], b: Optional[int]) -> None: ...\n"
DECISIONS = ".lever-fix/decisions.json"
REVIEW = ("review", "--plain", "-s", "optional-to-union")
WHO = "Ada Lovelace <ada@example.com>"


@pytest.fixture
def project(cli, commit):
    commit({"app.py": FILE})
    return cli


def answered(project, *lines: str, options=(), code=0, env=None):
    text = "".join(f"{line}\n" for line in lines)
    return project(*REVIEW, *options, stdin=text.encode(), code=code, env=env or {})


def kept(project) -> list[tuple[str, str]]:
    entries = json.loads(project.text(DECISIONS))
    assert entries.pop("version") == 1
    return sorted((one["decision"], one.get("reason", "")) for one in entries.values())


def editor(tmp_path, old: str, new: str) -> dict[str, str]:
    """An environment whose editor puts one text in the place of another."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        f"file.write_text(file.read_text().replace({old!r}, {new!r}))\n"
    )
    return {"EDITOR": f"{sys.executable} {script}", "VISUAL": ""}


def test_y_then_q_keeps_the_y_and_writes_nothing(project, repo):
    done = answered(project, "y", "q", "n")
    assert "[1/3] app.py:4:14: optional-to-union [safe]" in done.out
    assert "4 - def first(a: Optional[int]) -> int: ..." in done.out
    assert "4 + def first(a: int | None) -> int: ..." in done.out
    assert kept(project) == [("accept", "")]
    assert project.text("app.py") == FILE
    entry = next(iter(json.loads(project.text(DECISIONS)).values()))
    assert entry["who"] == WHO
    assert entry["path"] == "app.py"


def test_the_end_of_the_input_is_a_quit_that_writes_nothing(project):
    done = answered(project, "y", "y")
    assert kept(project) == [("accept", ""), ("accept", "")]
    assert project.text("app.py") == FILE
    assert "`lever-fix apply --decisions .lever-fix/decisions.json`" in done.err


def test_a_walk_through(project, repo, tmp_path):
    lines = ["y", "n", "u", "i kept for the old client", "e", "w", "q"]
    done = answered(project, *lines, env=editor(tmp_path, "bytes | None", "bytearray | None"))
    assert project.text("app.py") == (
        "from typing import List, Optional\n\n\n"
        "def first(a: int | None) -> int: ...\n\n\n"
        "# lever: ignore[optional-to-union] kept for the old client\n"
        "def second(b: Optional[str]) -> str: ...\n\n\n"
        "def third(c: bytearray | None) -> bytes: ...\n"
    )
    assert "Wrote 3 in 1 file" in done.out
    assert kept(project) == []
    assert repo.status == [" M app.py", "?? .lever-fix/"]
    project("undo", code=0)
    assert project.text("app.py") == FILE


def test_quitting_may_write(project):
    answered(project, "y", "q", "y")
    assert "a: int | None" in project.text("app.py")


def test_writing_goes_on_with_its_own_changes(project):
    answered(project, "y", "w", "y", "w", "q")
    assert project.text("app.py").count(" | None") == 2


def test_a_dirty_file_is_refused_and_nothing_is_lost(project):
    changed = FILE + "# mine\n"
    project.write({"app.py": changed})
    done = answered(project, "y", "w", "q", "n")
    assert "Nothing was written: files with changes that are not committed" in done.out
    assert kept(project) == [("accept", "")]
    assert project.text("app.py") == changed
    answered(project, "w", "q", options=["--allow-dirty"])
    assert project.text("app.py").count(" | None") == 1


def test_a_rejection_lasts_though_lines_move(project, repo):
    answered(project, "n", "q")
    project.write({"app.py": "# A line.\n" + FILE})
    repo.git("commit", "-qam", "Move")
    assert "[1/2] app.py:8:15" in answered(project, "q").out
    assert "[1/3] app.py:5:14" in answered(project, "g", "q", options=["--all"]).out


def test_a_rejection_asks_again_where_its_code_changed(project, repo):
    answered(project, "n", "q")
    project.write({"app.py": FILE.replace("Optional[int]", "Optional[float]")})
    repo.git("commit", "-qam", "Change")
    assert "[1/3]" in answered(project, "q").out


def test_when_all_is_rejected_there_is_nothing_to_review(project):
    answered(project, "D", "q")
    done = answered(project)
    assert done.out == ""
    assert "3 findings rejected before; see them with --all" in done.err


def test_another_file_may_keep_the_decisions(project):
    answered(project, "y", "q", "n", options=["--decisions", "mine.json"])
    assert len(json.loads(project.text("mine.json"))) == 2
    assert not (project.directory / DECISIONS).exists()


def test_apply_replays_decisions(project, repo, tmp_path):
    answered(project, "y", "e", "q", "n", env=editor(tmp_path, "str | None", "None | str"))
    before = project.text(DECISIONS)
    done = project("apply", "--decisions", DECISIONS, "-s", "optional-to-union", code=0)
    assert "Applied 2 findings in 1 file" in done.err
    assert "1 finding left (1 safe)" in done.err
    assert project.text("app.py") == FILE.replace("Optional[int]", "int | None").replace(
        "Optional[str]", "None | str"
    )
    assert project.text(DECISIONS) == before


def test_apply_says_what_matches_nothing(project, repo):
    answered(project, "y", "n", "q", "n")
    project.write({"app.py": FILE.replace("[int]", "[float]").replace("[str]", "[set]")})
    repo.git("commit", "-qam", "Change")
    done = project("apply", "--decisions", DECISIONS, "-s", "optional-to-union", code=0)
    assert "the accept of optional-to-union in app.py: matches nothing any more" in done.err
    assert "the reject of optional-to-union in app.py: matches nothing any more" in done.err
    assert "Nothing to apply." in done.err


def test_apply_commits_what_was_decided(project, repo):
    answered(project, "y", "i why not", "q", "n")
    project("apply", "--decisions", DECISIONS, "-s", "optional-to-union", "--commit", code=0)
    assert "lever: ignore[optional-to-union] why not" in repo.git("show", "HEAD:app.py")
    assert project.text("app.py").count(" | None") == 1


def test_apply_leaves_a_twin_of_what_was_accepted(project, repo):
    project.write({"app.py": TWINS})
    repo.git("commit", "-qam", "Twins")
    answered(project, "y", "n", "q", "n")
    for _ in range(2):  # only their order tells the two apart, and after the first there is one
        project("apply", "--decisions", DECISIONS, "--allow-dirty", "-s", "optional-to-union")
        assert "a: int | None, b: Optional[int]" in project.text("app.py")


def test_a_review_carries_the_rejection_of_a_twin_over(project, repo):
    project.write({"app.py": TWINS})
    repo.git("commit", "-qam", "Twins")
    answered(project, "y", "n", "w", "q")
    assert "a: int | None, b: Optional[int]" in project.text("app.py")
    assert "1 finding rejected before" in answered(project).err


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(None, "cannot be read", id="absent"),
        pytest.param("{}", 'no "version"', id="empty"),
    ],
)
def test_apply_refuses_what_is_no_decisions_file(project, data, said):
    if data is not None:
        project.write({"d.json": data})
    done = project("apply", "--decisions", "d.json", code=2)
    assert said in done.err
    assert "hint: " in done.err


def test_without_a_terminal_there_is_a_hint(project):
    done = project("review", code=2)
    assert "needs a terminal" in done.err
    assert "--plain" in done.err


def test_unknown_answers_and_help(project):
    done = answered(project, "z", "", "?", "x", "q")
    assert "'z' is no answer" in done.out
    assert "reject it by a comment in the code, with a reason" in done.out
    assert "optional-to-union:" in done.out


def test_a_file_that_cannot_be_parsed_fails_the_review(project):
    assert "There are no errors." in answered(project, "!", "q").out
    project.write({"broken.py": "from typing import Optional\nx: Optional[int = 1\n"})
    done = answered(project, "!", "q", code=2)
    assert "broken.py" in done.err
    assert "broken.py:2: does not parse" in done.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param("false", "the editor 'false' failed with 1", id="fails"),
        pytest.param("/no/such/editor", "cannot run the editor", id="missing"),
        pytest.param("vim '", "No closing quotation", id="misquoted"),
        pytest.param("sh -c ': > $0'", "The editor left nothing", id="empties the file"),
        pytest.param("rm", "cannot read what the editor left", id="removes the file"),
    ],
)
def test_an_editor_that_fails_decides_nothing(project, command, said):
    done = answered(project, "e", "q", env={"EDITOR": command, "VISUAL": ""})
    assert said in done.out
    assert not (project.directory / DECISIONS).exists()
    assert project.text("app.py") == FILE


def test_whoever_reads_may_go_away(project):
    process = subprocess.Popen(
        [sys.executable, "-m", "lever_fix", *REVIEW],
        cwd=project.directory,
        env=dict(project.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()  # as `head` does
    process.stdin.write(b"y\n" * 3 + b"w\n")
    process.stdin.close()
    said = process.stderr.read().decode()
    assert process.wait(60) == 0, said
    assert "Traceback" not in said
    assert "error" not in said


def test_a_write_before_the_end_of_the_input_is_done(project):
    done = answered(project, "y", "w")
    assert "Wrote 1 in 1 file" in done.out
    assert project.text("app.py").count(" | None") == 1
    assert kept(project) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_kill_loses_no_answer(project):
    process = subprocess.Popen(
        [sys.executable, "-m", "lever_fix", *REVIEW],
        cwd=project.directory,
        env=dict(project.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write("y\nn\n")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    shown = ""
    while "[3/3]" not in shown and time.monotonic() < deadline:
        shown += process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert kept(project) == [("accept", ""), ("reject", "")]
    assert project.text("app.py") == FILE
