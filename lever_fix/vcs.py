"""The few questions about a repository that analysis asks, answered by the `git` command.

Read-only, and deaf to what a user's or a repository's configuration could change in the output.
Whatever writes to a repository lives in `lever_fix.apply`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lever_fix.errors import UsageError, did_you_mean

LineRange = tuple[int, int]
"""First and last line, from 1, both included; lines end at a line feed, as git counts them."""

WHOLE_FILE: LineRange = (1, sys.maxsize)
"""The lines of a file git does not know yet."""

# A hook runs with these set for the repository it belongs to, which need not be the one that is
# looked at; the diff options would change the output that is parsed here.
FOREIGN = (
    "GIT_COMMON_DIR",
    "GIT_DIFF_OPTS",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
"""Variables that speak of one repository, and mislead git about any other."""
_QUIET = {
    "GIT_LITERAL_PATHSPECS": "1",  # a file named `[a].py` is no pattern
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_DIFF = (
    "diff",
    "--unified=0",
    "--inter-hunk-context=0",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-relative",
    "--no-textconv",
    "--find-renames",
    "--ignore-submodules",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_UNOPENED = re.compile(rb"^warning: could not open directory '(.*?)/?': (.*)$", re.MULTILINE)


def repository_above(path: Path) -> Path | None:
    """The nearest directory at or above a path that holds a `.git`, without asking git."""
    return next((above for above in (path, *path.parents) if (above / ".git").exists()), None)


def toplevel(path: Path) -> Path | None:
    """The root of the work tree a file or directory lies in.

    Returns:
        None outside a work tree, and where git is not installed.

    Raises:
        UsageError: There is a repository, and git refuses to work in it.
    """
    directory = repository_above(path)
    if directory is None:
        return None
    answer = _ask(directory, "rev-parse", "--show-toplevel")
    if answer is None:
        return None
    if answer.returncode == 0:
        return Path(os.fsdecode(_one_line(answer.stdout)))
    _refuse_dubious(answer, directory)
    return None


def git_dir(root: Path) -> Path | None:
    """The repository's own directory for this work tree; None outside a repository."""
    answer = _ask(root, "rev-parse", "--absolute-git-dir")
    if answer is None or answer.returncode:
        return None
    return Path(os.fsdecode(_one_line(answer.stdout)))


def author(root: Path) -> str:
    """Name and address of whoever works here, as git would sign a commit; empty where unknown."""
    answer = _ask(root, "var", "GIT_AUTHOR_IDENT")
    if answer is None or answer.returncode:
        return ""
    # The last two words are a time.
    return _one_line(answer.stdout).decode("utf-8", "replace").rsplit(" ", 2)[0]


def list_files(root: Path, paths: Sequence[str]) -> tuple[list[str], dict[str, str]] | None:
    """Files that are tracked, or untracked and not ignored; some may be deleted or links.

    Args:
        root: Top of the work tree, or a directory in it.
        paths: Directories and files below it to list, relative to it; `.` for all.

    Returns:
        Paths relative to `root`, and what git could not open with the reason; None outside a
        repository, and where git is not installed.

    Raises:
        UsageError: Git refuses to list them.
    """
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--")
    answer = _ask(root, *listing, *paths)
    if answer is None or b"fatal: not a git repository" in answer.stderr:
        return None
    _expect_success(answer, root)
    unopened = {
        os.fsdecode(name): reason.decode("utf-8", "replace")
        for name, reason in _UNOPENED.findall(answer.stderr)
    }
    return list(dict.fromkeys(_split(answer.stdout))), unopened


def changed_lines(root: Path, revision: str) -> dict[str, list[LineRange]]:
    """Lines of the work tree that differ from a revision, by path relative to `root`.

    The base is where the work forked off: on a branch, `main` means what the branch changed, also
    after `main` has moved on. A renamed file counts only where its text changed; untracked files
    count whole; deleted lines count nowhere.

    Args:
        root: Top of the work tree.
        revision: A commit, branch or tag.

    Raises:
        UsageError: No such revision, or git is not installed.
    """
    base = _fork_point(root, _commit(root, revision))
    hunks = _hunks(_output(root, *_DIFF, base, "--"))
    changed = {path: ranges for path, ranges in hunks if ranges}
    untracked = _output(root, "ls-files", "-z", "--others", "--exclude-standard")
    return changed | {path: [WHOLE_FILE] for path in _split(untracked)}


def _commit(root: Path, revision: str) -> str:
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    answer = _ask(root, *arguments)
    if answer is None:
        raise UsageError("lines changed since a revision need git", "install git")
    if answer.returncode:
        _refuse_dubious(answer, root)
        raise UsageError(f"unknown revision '{revision}'", _revision_hint(root, revision))
    return _one_line(answer.stdout).decode()


def _revision_hint(root: Path, revision: str) -> str:
    names = _output(root, "for-each-ref", "--format=%(refname:short)").decode("utf-8", "replace")
    if near := did_you_mean(revision, names.splitlines()):
        return near
    if _one_line(_output(root, "rev-parse", "--is-shallow-repository")) == b"true":
        return "this clone is shallow: 'git fetch --unshallow' brings the older commits"
    if not names:
        return "the repository has no commits yet"
    return "'git branch --all' lists the branches, 'git log --oneline' the commits"


def _fork_point(root: Path, commit: str) -> str:
    """Where HEAD and a commit part; the commit itself where they share no history."""
    answer = _ask(root, "merge-base", commit, "HEAD")
    if answer is None or answer.returncode:
        return commit
    return _one_line(answer.stdout).decode()


def _hunks(diff: bytes) -> Iterator[tuple[str, list[LineRange]]]:
    """Path and changed lines of each file in a diff without context.

    Counted lines are skipped unread: an added line `++ b/x` would look like a file header.
    """
    lines = iter(diff.split(b"\n"))
    path: str | None = None
    ranges: list[LineRange] = []
    for line in lines:
        if line.startswith(b"+++ "):
            if path is not None:
                yield path, ranges
            path, ranges = _path(line[4:]), []
        elif hunk := _HUNK.match(line):
            removed, first, added = hunk.groups()
            count = int(added or 1)
            if count:
                ranges.append((int(first), int(first) + count - 1))
            _skip(lines, int(removed or 1) + count)
    if path is not None:
        yield path, ranges


def _skip(lines: Iterator[bytes], count: int) -> None:
    """Consume the body of a hunk; git's own remarks on it start with a backslash."""
    while count:
        if not next(lines).startswith(b"\\"):
            count -= 1


def _path(header: bytes) -> str | None:
    """The path of a `+++` header, None for a deleted file."""
    name = header.removesuffix(b"\t")  # git ends a name that holds a space with a tab
    if name == b"/dev/null":
        return None
    if name.startswith(b'"'):
        # Git's C-style escapes are a subset of Python's; other bytes stand for themselves.
        name = name[1:-1].decode("unicode_escape").encode("latin-1")
    return os.fsdecode(name.removeprefix(b"b/"))


def _split(listing: bytes) -> list[str]:
    return [os.fsdecode(name) for name in listing.split(b"\0") if name]


def _one_line(output: bytes) -> bytes:
    return output.removesuffix(b"\n").removesuffix(b"\r")


def _output(root: Path, *arguments: str) -> bytes:
    answer = _ask(root, *arguments)
    if answer is None:
        raise UsageError("git is not installed", "install git, or leave out what needs it")
    _expect_success(answer, root)
    return answer.stdout


def _ask(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run git in a directory; None where it is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    options = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotepath=off")
    try:
        return subprocess.run(
            ["git", *options, *arguments],
            cwd=root,
            env=environment | _QUIET,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except (FileNotFoundError, PermissionError):
        return None


def _expect_success(answer: subprocess.CompletedProcess[bytes], root: Path) -> None:
    if answer.returncode:
        _refuse_dubious(answer, root)
        said = answer.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise UsageError(f"{root}: git failed: {said}", "'git status' there may say more")


def _refuse_dubious(answer: subprocess.CompletedProcess[bytes], root: Path) -> None:
    if b"dubious ownership" in answer.stderr:
        raise UsageError(
            f"{root}: git does not trust this repository, as somebody else owns it",
            f"git config --global --add safe.directory {root}",
        )
