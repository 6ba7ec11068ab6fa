"""One commit per codemod, holding what the tool changed and nothing else."""

import pytest

from lever_fix.apply.commits import commit_message
from lever_fix.apply.journal import list_runs
from lever_fix.apply.model import ApplyOptions, CommitStep
from lever_fix.apply.transaction import apply_changes
from lever_fix.errors import ApplyError
from lever_fix.model import FileChange, Safety

COMMIT = ApplyOptions(commit=True)
DIRTY = ApplyOptions(commit=True, allow_dirty=True)

BODY = [b"import os\n", *(b"line %d\n" % n for n in range(30))]
START = b"".join(BODY)


def swap(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


def step(codemod: str, *changes: FileChange, **counts: int) -> CommitStep:
    levels = {Safety[level.upper()]: count for level, count in counts.items()}
    return CommitStep(codemod=codemod, summary=f"Do {codemod}", counts=levels, changes=changes)


def change(path: str, before: bytes | None, after: bytes) -> FileChange:
    return FileChange(path=path, before=before, after=after)


def apply_steps(repo, steps: list[CommitStep], options: ApplyOptions = COMMIT, root=None):
    first: dict[str, bytes | None] = {}
    last: dict[str, bytes] = {}
    for each in (each for one in steps for each in one.changes):
        first.setdefault(each.path, each.before)
        last[each.path] = each.after
    changes = [change(path, first[path], last[path]) for path in last]
    return apply_changes(root or repo.path, changes, steps, options)


def one_step(before: bytes = START) -> list[CommitStep]:
    return [step("one", change("a.py", before, swap(before, b"line 20\n", b"LINE 20\n")), safe=1)]


@pytest.fixture
def project(repo):
    repo.commit({"a.py": START, "b.py": START, "run.py": START})
    (repo.path / "run.py").chmod(0o755)
    repo.git("commit", "-q", "-a", "-m", "Executable")
    return repo


def test_one_commit_per_codemod_in_order(project) -> None:
    middle = swap(START, b"line 3\n", b"LINE 3\n")
    final = swap(middle, b"line 4\n", b"LINE 4\n")
    applied = apply_steps(
        project,
        [
            step("one", change("a.py", START, middle), change("run.py", START, middle), safe=2),
            step("two", change("a.py", middle, final), change("new/é b.py", None, b"x"), unsafe=1),
        ],
    )
    assert project.subjects("HEAD~2..HEAD") == ["Do two", "Do one"]
    assert applied.commits == (project.git("rev-parse", "HEAD~"), project.head)
    assert applied.branch == "main"
    assert project.git("diff-files", "--name-only") == ""  # the index knows the new times
    assert project.git("show", "HEAD~:a.py").encode() + b"\n" == middle
    assert project.git("show", "HEAD:a.py").encode() + b"\n" == final
    assert project.git("ls-tree", "HEAD", "run.py").startswith("100755")
    assert project.git("show", "HEAD:new/é b.py") == "x"
    assert project.status == []
    assert project.git("log", "-1", "--format=%B", "HEAD~") == (
        f"Do one\n\nCodemod one: 2 findings (2 safe) in 2 files.\n\nLever-Run: {applied.run_id}"
    )
    assert project.git("log", "-1", "--format=%an <%ae>") == "Ada Lovelace <ada@example.com>"
    assert list_runs(project.path)[0].commits == applied.commits


@pytest.mark.parametrize(
    ("summary", "subject"),
    [
        pytest.param("Use X | None", "Use X | None", id="short"),
        pytest.param("Two\n lines", "Two lines", id="line-feed"),
        pytest.param("word " * 14 + "ab", ("word " * 14 + "ab")[:72], id="just-fits"),
        pytest.param("word " * 20, "word " * 13 + "word…", id="too-long"),
    ],
)
def test_subject_fits(summary: str, subject: str) -> None:
    made = CommitStep(codemod="one", summary=summary, counts={Safety.SAFE: 1, Safety.UNSAFE: 2})
    lines = commit_message(made, "Lever-Run: 20240101-000000-000").splitlines()
    assert lines[0] == subject
    assert max(map(len, lines)) <= 72
    assert lines[1] == ""
    assert "Codemod one: 3 findings (1 safe, 2 unsafe) in 0 files." in lines
    assert lines[-2:] == ["", "Lever-Run: 20240101-000000-000"]


def test_user_edits_and_staging_are_left_alone(project) -> None:
    unstaged = swap(START, b"line 2\n", b"mine 2\n")
    project.write("a.py", unstaged)
    project.write("b.py", b"staged\n")
    project.git("add", "b.py")
    project.write("b.py", b"staged\nand more\n")
    project.write("untracked.py", b"mine\n")
    apply_steps(project, one_step(unstaged), DIRTY)
    assert project.git("show", "HEAD:a.py").encode() + b"\n" == one_step()[0].changes[0].after
    assert project.git("show", "--name-only", "--format=", "HEAD") == "a.py"
    assert project.status == [" M a.py", "MM b.py", "?? untracked.py"]
    diff = project.git("diff", "a.py")
    assert "+mine 2" in diff
    assert "LINE 20" not in diff.replace(" LINE 20", "")


def test_staged_edits_stay_staged(project) -> None:
    staged = swap(START, b"line 2\n", b"staged 2\n")
    project.write("a.py", staged)
    project.git("add", "a.py")
    both = swap(staged, b"line 28\n", b"unstaged 28\n")
    project.write("a.py", both)
    apply_steps(project, one_step(both), DIRTY)
    after = one_step()[0].changes[0].after
    assert project.git("show", "HEAD:a.py").encode() + b"\n" == after
    assert project.git("show", ":a.py").encode() + b"\n" == swap(after, b"line 2\n", b"staged 2\n")
    assert project.read("a.py") == one_step(both)[0].changes[0].after
    assert project.status == ["MM a.py"]


def test_everything_staged(project) -> None:
    staged = swap(START, b"line 2\n", b"staged 2\n")
    project.write("a.py", staged)
    project.git("add", "a.py")
    apply_steps(project, one_step(staged), DIRTY)
    assert project.status == ["M  a.py"]


@pytest.mark.parametrize("staged", [False, True], ids=["unstaged", "staged"])
def test_change_in_a_line_of_the_user_is_refused(project, staged: bool) -> None:
    mine = swap(START, b"line 20\n", b"line 20 mine\n")
    project.write("a.py", mine)
    if staged:
        project.git("add", "a.py")
    status, head = project.status, project.head
    steps = [step("one", change("a.py", mine, swap(mine, b"line 20 mine", b"LINE 20 mine")))]
    with pytest.raises(ApplyError, match=r"a\.py: the change touches lines that you changed"):
        apply_steps(project, steps, DIRTY)
    assert (project.status, project.head, project.read("a.py")) == (status, head, mine)
    assert list_runs(project.path) == []


def test_staged_line_that_the_change_touches_is_refused(project) -> None:
    project.write("a.py", swap(START, b"line 20\n", b"staged 20\n"))
    project.git("add", "a.py")
    project.write("a.py", START)
    with pytest.raises(ApplyError, match="lines that you staged"):
        apply_steps(project, one_step(), DIRTY)
    assert project.status == ["MM a.py"]


def test_like_looking_place_is_not_taken_for_the_users_new_one(project) -> None:
    block = b"def f():\n    a\n    call()\n    b\n\n"
    project.commit({"a.py": block + START})
    mine = block + START + block
    project.write("a.py", mine)
    after = block + START + block.replace(b"call()", b"CALL()")
    with pytest.raises(ApplyError, match="touches lines that you changed"):
        apply_steps(project, [step("one", change("a.py", mine, after))], DIRTY)


def test_untracked_file_cannot_be_committed_in_part(project) -> None:
    project.write("mine.py", b"x\n")
    with pytest.raises(ApplyError, match=r"mine\.py: not in HEAD"):
        apply_steps(project, [step("one", change("mine.py", b"x\n", b"y\n"))], DIRTY)
    assert project.read("mine.py") == b"x\n"


def test_symbolic_link_cannot_be_committed_as_a_file(project) -> None:
    (project.path / "link.py").symlink_to("a.py")
    project.git("add", "link.py")
    project.git("commit", "-q", "-m", "Link")
    with pytest.raises(ApplyError, match=r"link\.py: HEAD holds no regular file there"):
        apply_steps(project, [step("one", change("link.py", START, b"x\n"))])
    assert project.status == []


def test_codemod_that_only_touches_what_head_has_already_makes_no_commit(project) -> None:
    after = one_step()[0].changes[0].after
    project.commit({"a.py": after})
    project.write("a.py", START)  # the user took the tool's own change back
    applied = apply_steps(project, one_step(), DIRTY)
    assert applied.commits == ()
    assert project.status == []


@pytest.mark.parametrize(
    ("attributes", "settings"),
    [
        pytest.param(b"c.py text=auto eol=crlf\n", (), id="eol-crlf"),
        pytest.param(b"c.py text=auto\n", ("core.autocrlf", "true"), id="autocrlf"),
        pytest.param(b"c.py working-tree-encoding=UTF-16LE\n", (), id="utf-16"),
        pytest.param(b"c.py ident\n", (), id="ident"),
        pytest.param(b"c.py filter=up\n", ("filter.up.clean", "tr a-z A-Z"), id="clean-filter"),
        pytest.param(b"c.py -text\n", (), id="binary-crlf"),
    ],
)
@pytest.mark.parametrize("dirty", [False, True], ids=["clean", "dirty"])
def test_converted_files(
    project, attributes: bytes, settings: tuple[str, ...], dirty: bool
) -> None:
    if settings:
        project.git("config", *settings)
    encoding = "utf-16-le" if b"UTF-16" in attributes else "utf-8"
    end = "\r" if b"text" in attributes else ""
    text = START.decode().replace("\n", f"{end}\n")
    project.commit({".gitattributes": attributes, "c.py": text.encode(encoding)})
    if dirty:
        text = text.replace("line 2\r" if end else "line 2\n", f"mine 2{end or chr(10)}")
        project.write("c.py", text.encode(encoding))
    after = text.replace("line 20", "LINE twenty").encode(encoding)
    apply_steps(project, [step("one", change("c.py", text.encode(encoding), after))], DIRTY)
    assert project.git("show", "--stat", "--format=", "HEAD").endswith(
        "1 insertion(+), 1 deletion(-)"
    )
    assert project.status == ([" M c.py"] if dirty else [])
    assert project.read("c.py") == after


def test_root_below_the_top(repo) -> None:
    repo.commit({"a.py": b"top\n", "sub/a.py": START})
    apply_steps(repo, one_step(), root=repo.path / "sub")
    assert repo.git("show", "--name-only", "--format=", "HEAD") == "sub/a.py"
    assert repo.status == []


def test_branch(project) -> None:
    main = project.head
    applied = apply_steps(project, one_step(), ApplyOptions(branch="lever/one"))
    assert applied.branch == "lever/one"
    assert project.git("symbolic-ref", "HEAD") == "refs/heads/lever/one"
    assert project.git("rev-parse", "main", "HEAD~").split() == [main, main]
    assert project.status == []


def test_branch_from_a_detached_head(project) -> None:
    project.git("checkout", "-q", "--detach")
    with pytest.raises(ApplyError, match="HEAD is detached") as caught:
        apply_steps(project, one_step())
    assert "--branch" in caught.value.hint
    assert project.read("a.py") == START
    apply_steps(project, one_step(), ApplyOptions(branch="new"))
    assert project.git("symbolic-ref", "HEAD") == "refs/heads/new"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("main", "the branch main exists already"),
        ("a b", "'a b' is not a valid branch name"),
        ("-x", "'-x' is not a valid branch name"),
        ("a..b", "not a valid branch name"),
        ("@{-1}", "not a valid branch name"),
        ("main/below", "main/below"),
    ],
)
def test_branch_that_cannot_be(project, name: str, words: str) -> None:
    project.git("checkout", "-q", "-b", "other")
    project.git("checkout", "-q", "main")
    with pytest.raises(ApplyError, match=words):
        apply_steps(project, one_step(), ApplyOptions(branch=name))
    assert project.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert project.status == []
    assert list_runs(project.path) == []


def test_unborn_branch(repo) -> None:
    repo.write("a.py", START)
    with pytest.raises(ApplyError, match="the branch main has no commit yet"):
        apply_steps(repo, one_step(), DIRTY)
    assert repo.read("a.py") == START


def test_outside_git(git_environment, tmp_path) -> None:
    (tmp_path / "a.py").write_bytes(START)
    options = ApplyOptions(commit=True, allow_no_vcs=True)
    with pytest.raises(ApplyError, match="nothing to commit to"):
        apply_steps(None, one_step(), options, tmp_path)
    assert (tmp_path / "a.py").read_bytes() == START


def test_linked_work_tree(project, tmp_path) -> None:
    project.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    applied = apply_steps(project, one_step(), root=tmp_path / "linked")
    assert project.git("rev-parse", "linked") == applied.commits[0]
    assert project.subjects() == ["Executable", "Start"]
    assert project.status == []
    assert project.git("-C", str(tmp_path / "linked"), "status", "--porcelain") == ""


def test_submodule(project, make_repo) -> None:
    outer = make_repo("outer")
    allow = ("-c", "protocol.file.allow=always")
    outer.git(*allow, "submodule", "-q", "add", str(project.path), "sub")
    outer.git("commit", "-q", "-m", "submodule")
    steps = [step("one", change("sub/a.py", START, b"x\n"))]
    with pytest.raises(ApplyError, match=r"sub/a\.py: lies in the submodule sub"):
        apply_steps(outer, steps, DIRTY)
    apply_steps(outer, one_step(), root=outer.path / "sub")
    assert outer.git("-C", "sub", "log", "-1", "--format=%s") == "Do one"
    assert outer.subjects() == ["submodule"]


def _merging(repo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"c.py": b"x\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"d.py": b"x\n"})
    repo.git("merge", "-q", "--no-commit", "--no-ff", "other")


def test_merge_in_progress(project) -> None:
    _merging(project)
    with pytest.raises(ApplyError, match="a merge is in progress") as caught:
        apply_steps(project, one_step())
    assert "git merge --abort" in caught.value.hint
    assert project.read("a.py") == START
