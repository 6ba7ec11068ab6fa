"""Where a run's journal lives, found without a git library."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_POINTER = b"gitdir:"


@dataclass(frozen=True)
class Place:
    """A root, and the repository it lies in.

    Attributes:
        root: The root of the run, symbolic links resolved.
        top: The top of the work tree; the root itself outside git. Journals name files from here.
        home: The directory of locks and journals.
        git_dir: The git directory of this work tree (a linked work tree and a submodule have their
            own); None outside git.
    """

    root: Path
    top: Path
    home: Path
    git_dir: Path | None = None

    @property
    def prefix(self) -> str:
        """What turns a path from the root into one from the top: empty, or ending in a slash."""
        inner = self.root.relative_to(self.top).as_posix()
        return "" if inner == "." else f"{inner}/"


def locate(root: Path) -> Place:
    """Find the repository that `root` lies in, as git does: the nearest `.git` upwards."""
    real = Path(os.path.realpath(root))
    for above in (real, *real.parents):
        git_dir = _git_dir(above / ".git") or (above if _is_git_dir(above) else None)
        if git_dir is not None:
            return Place(real, above, git_dir / "lever-fix", git_dir)
    key = hashlib.sha256(os.fsencode(real)).hexdigest()[:16]
    state = platformdirs.user_state_path("lever-fix", appauthor=False)
    return Place(real, real, state / "roots" / f"{real.name}-{key}")


def _git_dir(dotgit: Path) -> Path | None:
    """The directory a `.git` is or, in linked work trees and submodules, points to."""
    if dotgit.is_file():
        target = _pointed_to(dotgit)
        return target if target is not None and _is_git_dir(target) else None
    return dotgit if _is_git_dir(dotgit) else None


def _pointed_to(dotgit: Path) -> Path | None:
    try:
        text = dotgit.read_bytes()
    except OSError:
        return None
    if not text.startswith(_POINTER):
        return None
    target = os.fsdecode(text[len(_POINTER) :].strip())
    return Path(os.path.realpath(dotgit.parent / target))


def _is_git_dir(path: Path) -> bool:
    # A linked work tree's directory holds HEAD and `commondir`; objects and refs are elsewhere.
    return (path / "HEAD").is_file() and (
        (path / "commondir").is_file() or ((path / "objects").is_dir() and (path / "refs").is_dir())
    )
