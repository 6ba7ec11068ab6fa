"""A clone to work in: of its own, at one commit, without a way out."""

from __future__ import annotations

import os
from pathlib import Path

from lever_fix.bulk.git import git, word
from lever_fix.errors import BulkError


def checked_out(url: str, commit: str, reference: str, depth: int, directory: Path) -> list[str]:
    """Clone a repository at one commit.

    Args:
        url: Where it is.
        commit: What to check out.
        reference: The reference that held it; asked for where a server hands out no bare commits.
        depth: How many commits to fetch; 0 for all.
        directory: Where to; must not exist.

    Returns:
        The symbolic links that led out of the repository, which are not in the clone.

    Raises:
        BulkError: It cannot be cloned, or the commit is not there any more.
    """
    git("init", "--quiet", "--template=", "--", str(directory))
    _fetch(url, commit, reference, depth, directory)
    git("checkout", "--quiet", "--detach", commit, "--", cwd=directory)
    return _without_ways_out(directory)


def _fetch(url: str, commit: str, reference: str, depth: int, directory: Path) -> None:
    fetch = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
    shallow = (f"--depth={depth}",) if depth else ()
    try:
        git(*fetch, *shallow, "--end-of-options", url, commit, cwd=directory)
    except BulkError:
        # Older servers hand out references alone, and a shallow one may have moved on.
        git(*fetch, "--end-of-options", url, reference, cwd=directory)
    try:
        word("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}", cwd=directory)
    except BulkError as error:
        raise BulkError(
            f"{url}: {commit[:12]} is not in {reference} any more", "run it again with --failed"
        ) from error


def _without_ways_out(directory: Path) -> list[str]:
    """Remove symbolic links that lead out of the work tree, or into git's own folder."""
    top = directory.resolve()
    removed = []
    for line in git("ls-files", "--stage", "-z", cwd=directory).split(b"\0"):
        facts, _, raw = line.partition(b"\t")
        if not facts.startswith(b"120000"):
            continue
        path = os.fsdecode(raw)
        target = Path(os.path.realpath(top / path))
        if not target.is_relative_to(top) or target.is_relative_to(top / ".git"):
            (top / path).unlink(missing_ok=True)
            removed.append(path)
    return removed
