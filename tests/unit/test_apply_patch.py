"""The patch, judged by the real `git apply`."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lever_fix.apply.patch import unified_patch, write_patch
from lever_fix.errors import ApplyError
from lever_fix.model import FileChange

pytestmark = pytest.mark.usefixtures("git_environment")


def change(path: str, before: bytes | None, after: bytes) -> FileChange:
    return FileChange(path=path, before=before, after=after)


def applied(root: Path, changes: list[FileChange]) -> dict[str, bytes]:
    """What git makes of the files; `--check` must agree first."""
    for each in changes:
        if each.before is not None:
            (root / each.path).parent.mkdir(parents=True, exist_ok=True)
            (root / each.path).write_bytes(each.before)
    patch = unified_patch(changes)
    for option in ("--check", "--verbose"):
        command = ["git", "apply", "--whitespace=nowarn", option]
        done = subprocess.run(command, cwd=root, input=patch, capture_output=True, check=False)
        assert done.returncode == 0, (done.stderr, patch)
    return {each.path: (root / each.path).read_bytes() for each in changes}


LONG = b"".join(b"line %d\n" % n for n in range(400))

ODDITIES = {
    "plain": ("a.py", b"x = 1\ny = 2\n", b"x = 1\ny = 3\n"),
    "one-line": ("a.py", b"x\n", b"y\n"),
    "no-final-newline": ("a.py", b"x\ny", b"x\nz"),
    "loses-final-newline": ("a.py", b"x\ny\n", b"x\ny"),
    "gains-final-newline": ("a.py", b"x\ny", b"x\ny\n"),
    "only-line-without-newline": ("a.py", b"x", b"y"),
    "crlf": ("a.py", b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    "crlf-without-final": ("a.py", b"a\r\nb", b"a\r\nB"),
    "mixed-line-ends": ("a.py", b"a\r\nb\nc\rd\n", b"a\r\nb\nC\rd\n"),
    "lone-cr": ("a.py", b"a\rb\rc", b"a\rB\rc"),
    "form-feed": ("a.py", b"a\n\x0c\nb\n", b"a\n\x0c\nB\n"),
    "latin-1": ("a.py", b"# \xe9\nx\n", b"# \xe9\ny\n"),
    "bom": ("a.py", b"\xef\xbb\xbfx\n", b"\xef\xbb\xbfy\n"),
    "nul": ("a.py", b"a\0b\nx\n", b"a\0b\ny\n"),
    "to-empty": ("a.py", b"x\ny\n", b""),
    "from-empty": ("a.py", b"", b"x\n"),
    "new": ("a.py", None, b"x\ny\n"),
    "new-without-newline": ("a.py", None, b"x"),
    "new-empty": ("a.py", None, b""),
    "new-in-directory": ("deep/er/a.py", None, b"x\n"),
    "blank-lines": ("a.py", b"\n\n\nx\n\n\n", b"\n\n\ny\n\n\n"),
    "like-a-header": ("a.py", b"-- a/b\n++ c\n@@ -1 +1 @@\n", b"-- a/b\n++ d\n@@ -1 +1 @@\n"),
    "far-apart": ("a.py", LONG, LONG.replace(b"line 3\n", b"3\n").replace(b"line 390\n", b"")),
    "insert-at-start": ("a.py", LONG, b"new\n" + LONG),
    "append": ("a.py", LONG, LONG + b"new\n"),
    "space-in-path": ("my dir/my file.py", b"x\n", b"y\n"),
    "new-with-space": ("my dir/my file.py", None, b"y\n"),
    "space-at-end": ("end .py ", b"x\n", b"y\n"),
    "unicode-path": ("ü/漢字 é.py", b"x\n", b"y\n"),
    "quote-and-backslash": ('a"b\\c.py', b"x\n", b"y\n"),
    "tab-and-newline": ("a\tb\nc.py", b"x\n", b"y\n"),
    "control-characters": ("a\x01\x7f.py", b"x\n", b"y\n"),
    "not-utf8-path": ("a\udce9.py", b"x\n", b"y\n"),
    "new-not-utf8-path": ("a \udce9.py", None, b"y\n"),
}


@pytest.mark.parametrize(("path", "before", "after"), ODDITIES.values(), ids=ODDITIES)
def test_git_applies_it(tmp_path: Path, path: str, before: bytes | None, after: bytes) -> None:
    assert applied(tmp_path, [change(path, before, after)]) == {path: after}


def test_many_files_in_one_patch(tmp_path: Path) -> None:
    changes = [
        change(f"{n}/{path}", before, after)
        for n, (path, before, after) in enumerate(ODDITIES.values())
    ]
    assert applied(tmp_path, changes) == {each.path: each.after for each in changes}


def test_the_text_is_the_one_git_writes(tmp_path: Path) -> None:
    before = b"a\nb\nc\nd\ne\nf\ng\nh\n"
    (tmp_path / "old").write_bytes(before)
    (tmp_path / "new").write_bytes(before.replace(b"e\n", b"E\n"))
    command = ["git", "diff", "--no-index", "old", "new"]
    theirs = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout
    ours = unified_patch([change("old", before, before.replace(b"e\n", b"E\n"))])
    hunk = re.sub(rb"(?m)^(@@.*@@).*", rb"\1", theirs[theirs.index(b"@@") :])
    assert ours == b"diff --git a/old b/old\n--- a/old\n+++ b/old\n" + hunk


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [oddity for oddity in ODDITIES.values() if oddity[1]],
    ids=[name for name, oddity in ODDITIES.items() if oddity[1]],
)
def test_the_names_are_spelt_as_git_spells_them(
    repo, path: str, before: bytes, after: bytes
) -> None:
    repo.commit({path: before})
    repo.write(path, after)
    command = ["git", "diff", "--text"]
    theirs = subprocess.run(command, cwd=repo.path, capture_output=True, check=True).stdout
    assert re.search(rb"(?ms)^--- .*?^\+\+\+ .*?\n", theirs).group() in unified_patch(
        [change(path, before, after)]
    )


def test_nothing_changed_is_no_patch() -> None:
    assert unified_patch([change("a.py", b"x", b"x")]) == b""


def test_patch_goes_to_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x\n")
    write_patch(tmp_path / "out.patch", [change("a.py", b"x\n", b"y\n")])
    assert (tmp_path / "out.patch").read_bytes().startswith(b"diff --git a/a.py b/a.py\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "out.patch"]
    assert (tmp_path / "a.py").read_bytes() == b"x\n"


def test_patch_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ApplyError, match=r"nowhere/out\.patch: cannot write the patch: No such"):
        write_patch(tmp_path / "nowhere/out.patch", [change("a.py", b"x\n", b"y\n")])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_patch_goes_through_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE)
    changes = [change("a.py", b"x\n", b"y\n")]
    write_patch(tmp_path / "pipe", changes)
    assert reader.communicate()[0] == unified_patch(changes)


LINES = st.sampled_from([b"a\n", b"b\n", b"\n", b"c\r\n", b"\xff\xfe\n", b" \n", b"d\re\n", b"-\n"])
TEXTS = st.builds(
    lambda lines, tail: b"".join(lines) + tail,
    st.lists(LINES, max_size=30),
    st.sampled_from([b"", b"tail", b"\r"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@example([(b"", b"\r"), (None, b"\n")])
@given(st.lists(st.tuples(st.none() | TEXTS, TEXTS), min_size=1, max_size=6))
def test_any_texts_come_back(pairs: list[tuple[bytes | None, bytes]]) -> None:
    changes = [change(f"{n}.py", *pair) for n, pair in enumerate(pairs) if pair[0] != pair[1]]
    with tempfile.TemporaryDirectory() as folder:
        if changes:
            assert applied(Path(folder), changes) == {each.path: each.after for each in changes}
