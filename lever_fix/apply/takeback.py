"""Take the commits of a run back: move the branch, or revert where others may build on them."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from lever_fix.apply.commits import TRAILER
from lever_fix.apply.index import ABSENT, TreeEntry, index_entries, tree_entries
from lever_fix.apply.model import Checkout, Run
from lever_fix.apply.repo import (
    Repository,
    ask,
    commit_of,
    current_branch,
    head_commit,
    operation_in_progress,
    tell,
)
from lever_fix.apply.staging import carried
from lever_fix.errors import UndoError


class Standing(enum.Enum):
    """Where HEAD is, seen from the commits of a run."""

    BEFORE = "before"
    """No commit was made, or the branch is back where it was before the run."""
    LAST = "last"
    """At the run's last commit, which nobody else has seen."""
    BEYOND = "beyond"
    """At later commits, or the commits are published: history must stay."""


def own_commits(repository: Repository, run: Run, checkout: Checkout) -> tuple[str, ...]:
    """The commits a run made, oldest first; known by their trailer where it was cut short."""
    if run.commits:
        return run.commits
    trailer = f"--format=%H %(trailers:key={TRAILER},valueonly,separator=%x20)"
    home = f"refs/heads/{checkout.created or checkout.branch}"
    tip = "HEAD" if commit_of(repository, home) is None else home
    span = f"{checkout.head}..{tip}"
    answer = tell(repository, "log", "--reverse", "--first-parent", trailer, span)
    pairs = (line.split(" ", 1) for line in answer.output.decode("utf-8", "replace").splitlines())
    return tuple(pair[0] for pair in pairs if pair[-1] == run.id)


def standing(
    repository: Repository, run_id: str, checkout: Checkout, commits: tuple[str, ...]
) -> Standing:
    """Find out how the commits can be taken back.

    Raises:
        UndoError: They are on another branch, or the user is in the middle of a merge or rebase.
    """
    operation = operation_in_progress(repository)
    if operation is not None:
        raise UndoError(f"a {operation} is in progress here", "finish it, or give it up, first")
    head, home = head_commit(repository), checkout.created or checkout.branch
    at_home = current_branch(repository) == home
    gone = commit_of(repository, f"refs/heads/{home}") is None
    if not commits or (head == checkout.head and (at_home or gone)):
        return Standing.BEFORE
    if head == commits[-1] and at_home and not _published(repository, commits[0]):
        return Standing.LAST
    if ask(repository, "merge-base", "--is-ancestor", commits[-1], "HEAD").status == 0:
        return Standing.BEYOND
    raise UndoError(
        f"the commits of run {run_id} are not on what is checked out now",
        f"check out the branch they are on first: git checkout {home}",
    )


def index_taken_back(
    repository: Repository, run: Run, checkout: Checkout, commits: tuple[str, ...]
) -> list[TreeEntry]:
    """The index entries for the files of a run once its commits are gone.

    Raises:
        UndoError: A file was staged since, in lines that the run changed.
    """
    if not commits or commit_of(repository, commits[-1]) is None:
        return []
    before = tree_entries(repository, checkout.head)
    after = tree_entries(repository, commits[-1])
    index = index_entries(repository)
    entries = (_taken_back(repository, path, before, after, index) for path in run.paths)
    return [entry for entry in entries if entry is not None]


def move_branch(repository: Repository, run_id: str, new: str, old: str) -> None:
    """Move the current branch, if it still is where it was."""
    tell(repository, "update-ref", "-m", f"lever-fix: undo {run_id}", "HEAD", new, old)


def revert(repository: Repository, commits: tuple[str, ...]) -> tuple[str, ...]:
    """Make commits that take the given ones back.

    Returns:
        The new commits, oldest first.

    Raises:
        UndoError: They conflict with later changes, or git refuses; everything is as before.
    """
    start = head_commit(repository)
    answer = ask(repository, "revert", "--no-edit", *reversed(commits))
    if answer.status:
        ask(repository, "revert", "--abort")
        raise UndoError(
            f"git could not revert the commits of the run:\n{answer.complaint}",
            "commit or stash your changes, or revert by hand: "
            f"git revert {' '.join(commit[:10] for commit in reversed(commits))}",
        )
    span = tell(repository, "rev-list", "--reverse", f"{start}..HEAD")
    return tuple(span.output.decode().split())


def _published(repository: Repository, commit: str) -> bool:
    """Whether a remote-tracking branch holds the commit."""
    command = ("for-each-ref", "--count=1", "--contains", commit, "refs/remotes")
    return bool(tell(repository, *command).output)


def _taken_back(
    repository: Repository,
    path: str,
    before: Mapping[str, TreeEntry],
    after: Mapping[str, TreeEntry],
    index: Mapping[str, TreeEntry],
) -> TreeEntry | None:
    old, new, entry = before.get(path), after.get(path), index.get(path)
    if new is None or entry is None or old == new:
        return None
    if old is None:
        if entry.blob == new.blob:
            return TreeEntry(path, ABSENT, new.blob)
    elif (back := carried(repository, new, entry, old)) is not None:
        return back
    raise UndoError(
        f"{path}: staged since, in lines that the run changed", f"unstage it: git reset -- {path}"
    )
