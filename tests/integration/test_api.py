"""The scripting API: what a migration script may rely on."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap

import pytest

import lever_fix.api
from lever_fix.api import Finding, LeverFixError, Plan, Project, Result, Safety

OPTIONAL = b"from typing import Optional\n\n\ndef f(x: Optional[int]) -> Optional[str]: ...\n"
UNION = b"def f(x: int | None) -> str | None: ...\n"
LISTS = b"from typing import List\n\nx: List[int] = []\n"
LISTED = b"x: list[int] = []\n"
BOTH = b"from typing import List, Optional\n\nx: Optional[List[int]] = []\n"


@pytest.fixture
def project(repo):
    repo.commit({"shop/models.py": OPTIONAL, "shop/lists.py": LISTS})
    return Project(repo.path, jobs=1)


def test_a_plan_writes_nothing_and_can_be_looked_at(project, repo):
    plan = project.plan()
    assert len(plan) == 3
    assert [finding.codemod for finding in plan] == [
        "builtin-generics",
        "optional-to-union",
        "optional-to-union",
    ]
    assert plan.root == repo.path
    assert (plan.problems, plan.refusals) == ((), ())
    for _ in range(2):  # a look changes nothing
        assert "-x: List[int] = []\n+x: list[int] = []\n" in plan.diff()
        assert [change.path for change in plan.changes()] == ["shop/lists.py", "shop/models.py"]
    assert repo.status == []


def test_a_plan_can_be_narrowed(project, repo):
    plan = project.plan()
    by_codemod = plan.by_codemod()
    assert {name: len(part) for name, part in by_codemod.items()} == {
        "builtin-generics": 1,
        "optional-to-union": 2,
    }
    assert len(plan.filter(path="shop/models.py")) == 2
    assert len(plan.filter(path="lists.py")) == 1
    assert len(plan.filter(safety=Safety.UNSAFE)) == 0
    assert len(plan.filter(codemod="optional-to-union", path="lists.py")) == 0
    picked = plan.filter(lambda finding: finding.span.start > 50)
    assert len(picked) == 1
    done = project.apply(picked)
    assert len(done.findings) == 1
    assert repo.read("shop/models.py") == OPTIONAL.replace(b"Optional[str]", b"str | None")
    assert repo.read("shop/lists.py") == LISTS
    assert len(done.left) == 2


def test_apply_and_undo(project, repo):
    done = project.apply(project.plan())
    assert (repo.read("shop/models.py"), repo.read("shop/lists.py")) == (UNION, LISTED)
    assert (len(done.findings), done.problems, done.left, done.commits) == (3, (), (), ())
    assert [run.id for run in project.runs()] == [done.run_id]
    undone = project.undo(done.run_id)
    assert sorted(undone.paths) == ["shop/lists.py", "shop/models.py"]
    assert repo.read("shop/models.py") == OPTIONAL
    with pytest.raises(LeverFixError, match="undone already"):
        project.undo()


def test_commits_on_a_branch_with_a_message_of_ones_own(project, repo):
    template = "chore: {codemod}, {findings} ({safety}) in {files}"
    done = project.apply(project.plan(), branch="modern", commit="per-codemod", message=template)
    assert done.branch == "modern"
    assert len(done.commits) == 2
    assert sorted(repo.subjects("main..modern")) == [
        "chore: builtin-generics, 1 finding (1 safe) in 1 file",
        "chore: optional-to-union, 2 findings (2 safe) in 1 file",
    ]
    assert f"Lever-Run: {done.run_id}" in repo.git("log", "-1", "--format=%B")
    project.undo()
    assert repo.git("branch", "--show-current") == "main"


def test_a_message_that_asks_for_what_nobody_knows(project, repo):
    with pytest.raises(LeverFixError, match="cannot be filled in") as caught:
        project.apply(project.plan(), commit="per-codemod", message="{nonsense}")
    assert "{summary}" in caught.value.hint
    assert repo.status == []


def test_a_dry_run_writes_nothing(project, repo):
    plan = project.plan()
    done = project.apply(plan, dry_run=True)
    assert len(done.changes) == 2
    assert (done.applied, done.run_id) == (None, "")
    assert done.diff() == plan.diff()
    assert repo.status == []
    assert project.apply(plan).diff() == done.diff()


def test_what_may_be_asked_of_a_plan(project, repo):
    assert len(project.plan(select=["builtin-generics"])) == 1
    assert len(project.plan(ignore=["builtin-generics"])) == 2
    assert len(project.plan(["shop/lists.py"])) == 1
    repo.write("shop/models.py", OPTIONAL + b"\nx: Optional[int] = 1\n")
    assert len(project.plan(since="HEAD")) == 1
    with pytest.raises(LeverFixError, match="no codemod 'optional'"):
        project.plan(select=["optional"])


def test_settings_can_be_given(repo):
    repo.commit({"m.py": OPTIONAL})
    assert len(Project(repo.path, config={"target-version": "py39"}).plan()) == 0
    assert len(Project(repo.path, config={"exclude": ["m.py"]}).plan()) == 0


def test_unsafe_findings_wait_for_the_word(project, repo):
    repo.commit({"pyproject.toml": b'[tool.lever-fix]\nunsafe = ["builtin-generics"]\n'})
    assert len(project.plan(unsafe=False)) == 3
    assert len(project.plan().changes()) == 1
    assert len(project.plan(unsafe=True).changes()) == 2


def test_a_filtered_plan_makes_no_others_even_where_one_leads_to_another(repo):
    repo.commit({"m.py": BOTH})
    project = Project(repo.path)
    whole = project.plan()
    assert b"list[int] | None" in whole.changes()[0].after
    lists = whole.filter(codemod="builtin-generics")
    assert lists.changes()[0].after == (
        b"from typing import Optional\n\nx: Optional[list[int]] = []\n"
    )


def test_a_plan_file_is_one_round_of_what_was_seen(project, repo, tmp_path):
    file = tmp_path / "plan.json"
    project.plan().save(file)
    again = project.plan(file=file)
    assert again.once
    assert again.findings == project.plan().findings
    project.apply(again)
    assert repo.read("shop/lists.py") == LISTED
    with pytest.raises(LeverFixError, match="it has changed since the plan was made"):
        project.plan(file=file)


def test_a_plan_goes_stale(project, repo):
    plan = project.plan()
    repo.write("shop/models.py", OPTIONAL + b"# more\n")
    with pytest.raises(LeverFixError, match="it has changed since the plan was made"):
        project.apply(plan, allow_dirty=True)
    assert repo.read("shop/lists.py") == LISTS


def test_a_plan_of_another_project_is_refused(project, make_repo):
    other = make_repo("other")
    other.commit({"m.py": OPTIONAL})
    with pytest.raises(LeverFixError, match="the plan was made in"):
        project.apply(Project(other.path).plan())


def test_verification(project, repo):
    check = (
        f'{sys.executable} -c "import shop.models as m, inspect, shop.lists; '
        "assert 'Optional[int]' in inspect.getsource(m)\""
    )
    heard = []
    done = project.apply(project.plan(), verify=check, say=heard.append)
    assert [finding.codemod for finding in done.findings] == [
        "builtin-generics",
        "optional-to-union",
    ]
    assert done.proof is not None
    assert len(done.proof.guilty) == 1
    assert done.proof.warnings == ()
    assert done.proof.runs == len(heard)
    assert "left out" in done.problems[0].message
    assert b"Optional[int]" in repo.read("shop/models.py")


def test_projects_that_are_not_trusted_bring_no_code(repo, tmp_path):
    marker = tmp_path / "ran"
    evil = f"open({str(marker)!r}, 'w')\nraise RuntimeError\n".encode()
    config = (
        b'[tool.lever-fix]\ncodemods = ["evil.py", "os"]\nselect = ["evil", "optional-to-union"]\n'
        b'cache-dir = "../elsewhere"\nbaseline = "../baseline.json"\nverify-copy = ["/etc/*"]\n'
    )
    config = config.replace(b'verify-copy = ["/etc/*"]\n', b'verify-copy = ["*.pem"]\n')
    repo.commit({"m.py": OPTIONAL, "evil.py": evil, "pyproject.toml": config})
    (tmp_path / "baseline.json").write_text("not JSON")
    project = Project(repo.path, trusted=False)
    plan = project.plan()
    assert len(plan) == 2
    assert len(project.apply(plan).findings) == 2
    assert not marker.exists()
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(LeverFixError):
        Project(repo.path).plan()


def test_the_example_in_the_documentation_runs(repo, monkeypatch, capsys):
    doc = inspect.getdoc(lever_fix.api)
    blocks = [part for part in doc.split("\n\n") if part.startswith("    ")]
    repo.commit({"services/billing/billing/models.py": OPTIONAL})
    monkeypatch.chdir(repo.path)
    code = textwrap.dedent("\n\n".join(blocks))
    exec(compile(ast.parse(code), "example", "exec"), {})
    out = capsys.readouterr().out
    assert out.startswith("2 findings\n")
    assert "+def f(x: int | None)" in out
    assert repo.git("branch", "--show-current") == "main"


def test_what_is_public_is_documented():
    for thing in (Plan, Project, Result, Finding):
        assert inspect.getdoc(thing)
        for name, member in vars(thing).items():
            if not name.startswith("_") and (callable(member) or isinstance(member, property)):
                assert inspect.getdoc(member), f"{thing.__name__}.{name}"
