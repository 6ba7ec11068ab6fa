"""A clone to work in: of its own, at one commit, without a way out."""

from __future__ import annotations

import os
from pathlib import Path

from lever_fix.bulk.git import git, without_secrets, word
from lever_fix.errors import BulkError

_KINDS = {b"120000": "link", b"160000": "submodule"}


def checked_out(url: str, commit: str, reference: str, depth: int, directory: Path) -> list[str]:
    """Clone a repository at one commit.

    Args:
        url: Where it is.
        commit: What to check out.
        reference: The reference that held it; asked for where a server hands out no bare commits.
        depth: How many commits to fetch; 0 for all.
        directory: Where to; must not exist.

    Returns:
        What of it is not in the clone, in sentences: symbolic links that led out, submodules.

    Raises:
        BulkError: It cannot be cloned, or the commit is not there any more.
    """
    # Both ends must name objects alike; a hash of 64 digits is a SHA-256.
    kind = "sha256" if len(commit) == 64 else "sha1"
    git("init", "--quiet", "--template=", f"--object-format={kind}", "--", str(directory))
    _fetch(url, commit, reference, depth, directory)
    git("checkout", "--quiet", "--detach", commit, "--", cwd=directory)
    return _left_aside(directory)


def _fetch(url: str, commit: str, reference: str, depth: int, directory: Path) -> None:
    fetch = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--update-shallow")
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
            f"{without_secrets(url)}: {commit[:12]} is not in {reference} any more",
            "run it again with --failed",
        ) from error


def _left_aside(directory: Path) -> list[str]:
    listed: dict[str, list[str]] = {"link": [], "submodule": []}
    for line in git("ls-files", "--stage", "-z", cwd=directory).split(b"\0"):
        facts, _, raw = line.partition(b"\t")
        kind = _KINDS.get(facts[:6])
        if kind is not None:
            listed[kind].append(os.fsdecode(raw))
    links = [path for path in listed["link"] if _leads_out(directory.resolve(), path)]
    for path in links:
        (directory / path).unlink(missing_ok=True)
    said = {
        "symbolic links that lead out were left aside": links,
        # Where they lie is for the repository to say, which nobody trusts.
        "submodules are not checked out": listed["submodule"],
    }
    return [f"{text}: {', '.join(paths)}" for text, paths in said.items() if paths]


def _leads_out(top: Path, path: str) -> bool:
    """Whether a symbolic link leads out of the work tree, or into git's own folder."""
    target = Path(os.path.realpath(top / path))
    return not target.is_relative_to(top) or target.is_relative_to(top / ".git")
