"""`lever-fix apply` and `undo` as processes, in real repositories."""

from __future__ import annotations

import pytest

OLD = "from typing import Optional\n\n\ndef f(x: Optional[int]) -> None: ...\n"
NEW = "def f(x: int | None) -> None: ...\n"
LISTS = "from typing import List\n\nx: List[int] = []\n"
LISTED = "x: list[int] = []\n"
BOTH = "from typing import List, Optional\n\nx: Optional[List[int]] = []\n"
ODD = '''"""Odd.

Fix safety: unsafe.
"""
from lever_fix.codemod import *

@codemod(summary="Write two for one", triggers=("one",), cases=())
def odd(module, project):
    at = module.text.find(b"'one'")
    while at >= 0:
        yield module.finding(Span(at, at + 5), "two", safety=Safety.UNSAFE, reasons=("why",),
                             edits=(Edit(module.path, at, at + 5, "'two'"),))
        at = module.text.find(b"'one'", at + 1)
'''


@pytest.fixture
def clean(cli, commit, repo):
    """A repository with something to do in it."""
    commit({"m.py": OLD, "n.py": LISTS, "pkg/o.py": NEW})
    return cli


def test_apply_writes_and_says_so(clean, repo):
    done = clean("apply", code=0)
    assert (clean.text("m.py"), clean.text("n.py")) == (NEW, LISTED)
    assert done.out == ""
    assert "Applied 2 findings in 2 files; take it back with `lever-fix undo`." in done.err
    assert sorted(line[3:] for line in repo.status) == ["m.py", "n.py"]
    again = clean("apply", "--allow-dirty", "--exit-code", code=0)
    assert "Nothing to apply." in again.err
    clean("check", code=0)


def test_exit_code_tells_of_changes(clean):
    assert clean("apply", "--exit-code", "--dry-run", code=1).out
    clean("apply", "--exit-code", code=1)


def test_dry_run_shows_a_diff_and_a_table_and_writes_nothing(clean, repo):
    done = clean("apply", "--dry-run", code=0)
    assert "-def f(x: Optional[int]) -> None: ...\n+def f(x: int | None) -> None: ...\n" in done.out
    assert "optional-to-union" in done.out
    assert done.out.endswith("\n")
    assert "Would apply 2 findings in 2 files; nothing was written." in done.err
    assert repo.status == []


def test_unsafe_findings_wait_for_the_word(clean, commit):
    commit({"odd.py": ODD, "q.py": "x = 'one'\n"})
    done = clean("apply", "--codemod", "odd.py", "-s", "odd", "q.py", code=0)
    assert "Nothing to apply." in done.err
    assert "1 finding left (1 unsafe)" in done.err
    clean("apply", "--codemod", "odd.py", "-s", "odd", "--unsafe", "q.py", code=0)
    assert clean.text("q.py") == "x = 'two'\n"


def test_files_with_changes_are_refused(clean):
    clean.write({"m.py": OLD + "# mine\n"})
    done = clean("apply", code=2)
    assert "m.py" in done.err
    assert "--allow-dirty" in done.err
    assert clean.text("n.py") == LISTS
    clean("apply", "--allow-dirty", code=0)
    assert clean.text("m.py") == NEW + "# mine\n"


def test_outside_git(outside):
    outside.write({"m.py": OLD})
    done = outside("apply", code=2)
    assert "--allow-no-vcs" in done.err
    assert outside.text("m.py") == OLD
    outside("apply", "--allow-no-vcs", code=0)
    assert outside.text("m.py") == NEW
    outside("undo", code=0)
    assert outside.text("m.py") == OLD


def test_one_commit_per_codemod(clean, commit, repo):
    commit({"p.py": BOTH})
    done = clean("apply", "--commit", code=0)
    assert "in 2 commits" in done.err
    assert len(repo.subjects()) == 4
    assert any("Optional[X] as X | None" in one for one in repo.subjects())
    assert repo.status == []
    assert clean.text("p.py") == "x: list[int] | None = []\n"
    clean("undo", code=0)
    assert clean.text("p.py") == BOTH
    assert repo.status == []


def test_commits_on_a_new_branch(clean, repo):
    done = clean("apply", "--branch", "modern", code=0)
    assert "on modern" in done.err
    assert repo.git("rev-parse", "--abbrev-ref", "HEAD") == "modern"
    assert len(repo.subjects("main")) == 1


def test_a_branch_that_is_there(clean, repo):
    repo.git("branch", "modern")
    done = clean("apply", "--branch", "modern", code=2)
    assert "modern" in done.err
    assert clean.text("m.py") == OLD


def test_commits_come_to_the_same_as_no_commits(clean, commit, repo):
    first = '"""A."""\nfrom lever_fix.codemod import *\n\n'
    chain = (
        "@codemod(summary='{1}', triggers=('{1}',), cases=())\n"
        "def {0}(module, project):\n"
        "    at = module.text.find(b'{1}')\n"
        "    if at >= 0:\n"
        "        yield module.finding(Span(at, at + 3), 'm',\n"
        "            edits=(Edit(module.path, at, at + 3, '{2}'),))\n"
    )
    # The second codemod leads to what the first one looks for.
    commit(
        {
            "mods/aa.py": first + chain.format("aa", "mid", "end"),
            "mods/bb.py": first + chain.format("bb", "old", "mid"),
            "q.txt.py": "x = 'old'\n",
        }
    )
    options = ("--codemod", "mods/aa.py", "--codemod", "mods/bb.py", "-s", "aa,bb", "q.txt.py")
    clean("apply", "--commit", *options, code=0)
    assert clean.text("q.txt.py") == "x = 'end'\n"
    assert repo.subjects()[:2] != []
    assert "Nothing to apply" in clean("apply", *options, code=0).err


def test_codemods_that_undo_each_other_with_commits(clean, commit, repo):
    first = '"""A."""\nfrom lever_fix.codemod import *\n\n'
    swap = (
        "@codemod(summary='{0}', triggers=('{1}',), cases=())\n"
        "def {0}(module, project):\n"
        "    at = module.text.find(b'{1}')\n"
        "    if at >= 0:\n"
        "        yield module.finding(Span(at, at + 3), 'm',\n"
        "            edits=(Edit(module.path, at, at + 3, '{2}'),))\n"
    )
    commit(
        {
            "mods/aa.py": first + swap.format("aa", "one", "two"),
            "mods/bb.py": first + swap.format("bb", "two", "one"),
            "q.py": "x = 'one'\n",
        }
    )
    head = repo.head
    options = ("--codemod", "mods/aa.py", "--codemod", "mods/bb.py", "-s", "aa,bb", "q.py")
    for more in ((), ("--commit",)):
        done = clean("apply", *more, *options, code=2)
        assert "still changing after 10 rounds" in done.err
        assert "aa, bb" in done.err
        assert clean.text("q.py") == "x = 'one'\n"
        assert repo.head == head


def test_a_patch_that_git_applies(clean, repo):
    done = clean("apply", "--patch", "p.patch", code=0)
    assert "p.patch" in done.err
    assert clean.text("m.py") == OLD
    repo.git("apply", "p.patch")
    assert clean.text("m.py") == NEW
    assert "Nothing to apply" in clean("apply", "--patch", "p.patch", code=0).err
    assert clean.text("p.patch") == ""


@pytest.mark.parametrize("options", [("--commit",), ("--branch", "x"), ("--dry-run",)])
def test_a_patch_and_anything_else_contradict(clean, options):
    done = clean("apply", "--patch", "p.patch", *options, code=2)
    assert "--patch touches nothing but its file" in done.err


def test_a_plan_round_trip(clean, repo):
    clean("check", "--format", "plan", "--output", "p.json", code=1)
    clean("apply", "--plan", "p.json", code=0)
    assert (clean.text("m.py"), clean.text("n.py")) == (NEW, LISTED)
    assert "m.py: it has changed" in clean("apply", "--plan", "p.json", code=2).err


def test_a_plan_is_one_round_and_says_what_is_left(clean, commit):
    commit({"p.py": BOTH})
    for _ in range(2):  # the second time with a warm cache
        clean("check", "--format", "plan", "--output", "p.json", "p.py")
    done = clean("apply", "--plan", "p.json", "p.py", code=0)
    left = clean("check", "p.py").code
    assert ("left" in done.err) is (left == 1)
    assert "List[" not in clean.text("p.py") or left


def test_a_plan_with_commits(clean, repo):
    clean("check", "--format", "plan", "--output", "../p.json", code=1)
    clean("apply", "--plan", "../p.json", "--commit", code=0)
    assert len(repo.subjects()) == 3
    assert (clean.text("m.py"), clean.text("n.py")) == (NEW, LISTED)


def test_a_plan_with_a_codemod_nobody_here_has(clean, commit, repo):
    commit({"mods/odd.py": ODD, "q.py": "x = 'one'\n"})
    clean("check", "--codemod", "mods/odd.py", "--format", "plan", "--output", "../p.json", "q.py")
    clean("apply", "--plan", "../p.json", "--unsafe", "--commit", "q.py", code=0)
    assert clean.text("q.py") == "x = 'two'\n"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        pytest.param(('"m.py"', '"../m.py"'), "leads out of the project", id="out of the project"),
        pytest.param(('"m.py"', '".git/config"'), "leads out", id="into git"),
        pytest.param(('"start": 3', '"start": 999'), "", id="beyond the file"),
    ],
)
def test_a_plan_from_a_stranger(clean, edit, message):
    clean("check", "--format", "plan", "--output", "p.json", "m.py", code=1)
    clean.write({"p.json": clean.text("p.json").replace(*edit)})
    done = clean("apply", "--plan", "p.json", code=2)
    assert message in done.err
    assert clean.text("m.py") == OLD


def test_files_that_do_not_parse_are_named_and_the_others_done(clean, commit):
    commit({"bad.py": OLD + "x = = 1\n"})
    done = clean("apply", code=2)
    assert "error: bad.py:5: does not parse" in done.err
    assert clean.text("m.py") == NEW


def test_a_guilty_finding_is_named_and_the_others_done(clean, commit):
    bad = ODD.replace("\"'two'\"", '"(("')
    commit({"mods/odd.py": bad, "q.py": "x = 'one'\n" + OLD})
    done = clean("apply", "--unsafe", "--codemod", "mods/odd.py", "q.py", code=2)
    assert "error: q.py:1: odd: not applied: the result does not parse" in done.err
    assert "please report it with the file" in done.err
    assert clean.text("q.py") == "x = 'one'\n\n\n" + NEW


def test_an_encoding_that_cannot_say_it(clean, commit, repo):
    bad = ODD.replace("\"'two'\"", "\"'\\u2603'\"")
    clean.write(
        {
            "mods/odd.py": bad,
            "q.py": "# coding: latin-1\nx = 'one é'\ny = 'one'\n".encode("latin-1"),
        }
    )
    repo.git("add", "--all")
    repo.git("commit", "-qm", "More")
    done = clean("apply", "--unsafe", "--codemod", "mods/odd.py", "q.py", code=2)
    assert "cannot express" in done.err
    assert "save the file as UTF-8 first" in done.err


def test_undo(clean, repo):
    assert clean("undo", "--list", code=0).out == "No runs to take back.\n"
    assert clean("undo", code=2).err.startswith("error:")
    clean("apply", "m.py", code=0)
    clean("apply", "n.py", code=0)
    listed = clean("undo", "--list", code=0).out.splitlines()
    assert len(listed) == 2
    assert "optional-to-union (1)" in listed[1]
    first = listed[1].split()[0]
    done = clean("undo", first, code=0)
    assert f"Took back {first}: 1 file as before." in done.err
    assert (clean.text("m.py"), clean.text("n.py")) == (OLD, LISTED)
    clean("undo", "20200101-000000-000", code=2)
    clean.write({"n.py": "mine\n"})
    refused = clean("undo", code=2)
    assert "n.py" in refused.err
    assert clean.text("n.py") == "mine\n"


def test_undo_from_a_directory_below(clean):
    clean("apply", code=0)
    clean("undo", "-q", cwd="pkg", code=0)
    assert clean.text("m.py") == OLD


def test_apply_from_a_directory_below(clean):
    done = clean("apply", "--dry-run", "../m.py", cwd="pkg", code=0)
    assert "../m.py" in done.out
    clean("apply", cwd="pkg", code=0)
    assert clean.text("m.py") == OLD
    clean("apply", "..", cwd="pkg", code=0)
    assert clean.text("m.py") == NEW


def test_baselines_hold_for_apply(clean):
    clean("check", "--write-baseline", "../known.json", code=0)
    done = clean("apply", "--baseline", "../known.json", code=0)
    assert clean.text("m.py") == OLD
    assert "left" not in done.err


def test_known_findings_stay_in_every_round(clean, repo):
    clean("check", "--write-baseline", "../known.json", code=0)
    clean.write({"n.py": LISTS + "y: List[str] = []\n"})
    clean("apply", "--baseline", "../known.json", "--allow-dirty", code=0)
    assert clean.text("m.py") == OLD
    assert clean.text("n.py") == LISTS + "y: list[str] = []\n"
