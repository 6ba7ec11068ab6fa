"""The state of the repository a run works in, and the one way to ask git for anything."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lever_fix.apply.place import Place
from lever_fix.errors import ApplyError

if TYPE_CHECKING:
    import git

_SHOWN = 5
_OUTPUT_LINES = 40

_OPERATIONS = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}


@dataclass(frozen=True)
class Repository:
    """An open repository with a work tree."""

    place: Place
    git_dir: Path
    handle: git.Repo


@dataclass(frozen=True)
class Answer:
    """What a git command said."""

    status: int
    output: bytes
    errors: str

    @property
    def line(self) -> str:
        """The output, where it is one line."""
        return os.fsdecode(self.output.rstrip(b"\n"))

    @property
    def complaint(self) -> str:
        """Its error output, the end of it where it is long."""
        lines = self.errors.strip().splitlines()
        return "\n".join(lines[-_OUTPUT_LINES:]) or f"exit status {self.status}"


def open_repository(place: Place, allow_no_vcs: bool = False) -> Repository | None:
    """Open the repository a root lies in.

    Returns:
        None outside git, where that is allowed.

    Raises:
        ApplyError: There is none and that is not allowed, it is bare, or git refuses to read it.
    """
    if place.git_dir is None:
        if allow_no_vcs:
            return None
        raise ApplyError(
            f"{place.root}: not in a git repository, so changes could not be reviewed there",
            "add --allow-no-vcs to apply all the same; lever-fix undo works there too",
        )
    import git  # a third of a second's start, which nobody outside git need wait for
    from git.exc import GitError

    try:
        handle = git.Repo(place.top, expand_vars=False)
    except GitError as error:
        raise ApplyError(f"{place.top}: not a git repository that can be opened") from error
    repository = Repository(place, place.git_dir, handle)
    _refuse_bare(repository)
    return repository


def _refuse_bare(repository: Repository) -> None:
    answer = ask(repository, "rev-parse", "--is-inside-work-tree")
    if answer.status:
        raise ApplyError(f"git refuses to work here:\n{answer.complaint}")
    if answer.line != "true":
        raise ApplyError(
            f"{repository.place.top}: a bare repository, without files to change",
            "clone it, or add a work tree with: git worktree add",
        )


def ask(
    repository: Repository,
    *arguments: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Answer:
    """Run a git command at the top of the work tree; its failure is an answer, too.

    Raises:
        ApplyError: git is not installed.
    """
    from git.exc import GitCommandNotFound

    with tempfile.TemporaryFile() as stream:
        stream.write(stdin)
        stream.seek(0)
        try:
            status, output, errors = repository.handle.git.execute(
                ["git", *arguments],
                istream=stream,
                env=_own(repository) | dict(environment or {}),
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        except GitCommandNotFound as error:
            raise ApplyError("git is not installed, or not on the PATH") from error
    return Answer(status, output, errors)


def tell(
    repository: Repository,
    *arguments: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Answer:
    """Run a git command that must succeed.

    Raises:
        ApplyError: It did not; the message holds its words.
    """
    answer = ask(repository, *arguments, stdin=stdin, environment=environment)
    if answer.status:
        raise ApplyError(f"{shlex.join(['git', *arguments])} failed:\n{answer.complaint}")
    return answer


def _own(repository: Repository) -> dict[str, str]:
    """Point git at this repository also inside a hook of another, which sets these."""
    own = {
        "GIT_DIR": str(repository.git_dir),
        "GIT_WORK_TREE": str(repository.place.top),
        "GIT_INDEX_FILE": str(repository.git_dir / "index"),
    }
    # One of them alone, such as a hook's index, would be looked up beside the others.
    needed = own if any(name in os.environ for name in own) else {}
    return needed | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


def commit_of(repository: Repository, name: str) -> str | None:
    """The commit a revision names; None where there is none."""
    answer = ask(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return answer.line if answer.status == 0 else None


def head_commit(repository: Repository) -> str | None:
    """The commit HEAD stands at; None on an unborn branch."""
    return commit_of(repository, "HEAD")


def current_branch(repository: Repository) -> str | None:
    """The branch HEAD is on, also an unborn one; None where HEAD is detached."""
    answer = ask(repository, "symbolic-ref", "--quiet", "HEAD")
    return answer.line.removeprefix("refs/heads/") if answer.status == 0 else None


def operation_in_progress(repository: Repository) -> str | None:
    """The word for what the user is in the middle of, such as `rebase`."""
    for name, operation in _OPERATIONS.items():
        if (repository.git_dir / name).exists():
            return operation
    return None


def refuse_dirty(repository: Repository, paths: Sequence[str], allow_dirty: bool = False) -> None:
    """Refuse to touch files whose present content git could not give back.

    Args:
        repository: Where the files are.
        paths: The files to be changed, relative to the top of the work tree.
        allow_dirty: The user takes the risk.

    Raises:
        ApplyError: A file has uncommitted changes or is untracked; or it lies in a submodule, which
            is a repository of its own, whatever is allowed.
    """
    tracked = _tracked(repository)
    _refuse_submodules(paths, tracked)
    if allow_dirty:
        return
    changed = _changed(repository)
    dirty = [f"{path} ({changed[path]})" for path in paths if path in changed]
    dirty += [
        f"{path} (untracked)"
        for path in paths
        if path not in tracked
        and path not in changed
        and os.path.lexists(repository.place.top / path)
    ]
    if dirty:
        raise ApplyError(
            f"files with changes that are not committed: {_some(sorted(dirty))}",
            "commit or stash them, or add --allow-dirty",
        )


def _refuse_submodules(paths: Iterable[str], tracked: Mapping[str, str]) -> None:
    modules = [path for path, mode in tracked.items() if mode == "160000"]
    for path in paths:
        for module in modules:
            if path.startswith(f"{module}/"):
                raise ApplyError(
                    f"{path}: lies in the submodule {module}, a repository of its own",
                    f"run lever-fix inside {module}",
                )


def _tracked(repository: Repository) -> dict[str, str]:
    """The mode of every file in the index."""
    lines = tell(repository, "ls-files", "--stage", "-z").output.split(b"\0")[:-1]
    pairs = (line.split(b"\t", 1) for line in lines)
    return {os.fsdecode(path): facts[:6].decode() for facts, path in pairs}


def _changed(repository: Repository) -> dict[str, str]:
    """Tracked files that differ from HEAD, with git's words for how."""
    command = ("status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames")
    answer = tell(repository, *command, "--ignore-submodules=all")
    changed = {}
    for line in answer.output.split(b"\0")[:-1]:
        staged, unstaged = chr(line[0]), chr(line[1])
        words = [word for mark, word in ((staged, "staged"), (unstaged, "modified")) if mark != " "]
        if "U" in (staged, unstaged) or staged + unstaged in ("AA", "DD"):
            words = ["merge conflict"]
        changed[os.fsdecode(line[3:])] = " and ".join(words)
    return changed


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
