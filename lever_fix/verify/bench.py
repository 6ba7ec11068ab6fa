"""Where changes are tried: a work tree with what the user's holds, and an environment to match."""

from __future__ import annotations

import itertools
import os
import shutil
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lever_fix.apply.place import locate
from lever_fix.apply.worktree import submodule_files, temporary_worktree, uncommitted
from lever_fix.errors import VerifyError
from lever_fix.model import FileChange
from lever_fix.vcs import FOREIGN

_LONG_AGO = 10_000_000


@dataclass(frozen=True)
class Bench:
    """A work tree to try changes in.

    Attributes:
        root: What the changes' paths are relative to, in the work tree.
        directory: Where the command runs.
        environment: What it runs with.
        missing: Submodules that are not checked out in the user's work tree, so not here either.
    """

    root: Path
    directory: Path
    environment: Mapping[str, str]
    missing: Sequence[str] = ()
    # Python takes a cached module for current where time (in seconds) and size are the same, and
    # two trials can follow within a second: so no two writes of a bench have the same time.
    _times: Iterator[int] = field(
        default_factory=lambda: itertools.count(int(time.time()) - _LONG_AGO)
    )

    @contextmanager
    def holding(self, changes: Iterable[FileChange]) -> Iterator[None]:
        """The work tree with some changes made, for as long as the block runs."""
        changes = list(changes)
        try:
            for change in changes:
                self._put(change.path, change.after)
            yield
        finally:
            for change in changes:
                self._put(change.path, change.before)

    def _put(self, path: str, data: bytes | None) -> None:
        """Write a file, or remove it; a link in its place is replaced, never followed."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(self.root.resolve()):
            raise VerifyError(f"{path}: leads out of the project through a symbolic link")
        mode = target.lstat().st_mode if os.path.lexists(target) else None
        target.unlink(missing_ok=True)
        if data is None:
            return
        target.write_bytes(data)
        if mode is not None and stat.S_ISREG(mode):
            target.chmod(stat.S_IMODE(mode))
        moment = next(self._times)
        os.utime(target, (moment, moment))


@contextmanager
def opened_bench(
    root: Path, cwd: Path, changed: Sequence[str], copy: Sequence[str] = ()
) -> Iterator[Bench]:
    """A bench that holds what the user's work tree holds, but for files that git ignores.

    Args:
        root: The root of the run, in the user's work tree.
        cwd: The user's working directory; the command runs in the same place of the bench.
        changed: Paths of the files that will change.
        copy: Globs of ignored and other untracked files that the command needs.

    Raises:
        LeverFixError: There is no repository, or git refuses.
    """
    place = locate(root)
    if place.git_dir is None:
        raise VerifyError(
            f"{root}: not in a git repository, so there is no second work tree to test a change in",
            "git init, and commit what is there",
        )
    with temporary_worktree(root) as top:
        tracked, others = uncommitted(root)
        modules, missing = submodule_files(root)
        python = [path for path in others if path.endswith(".py")]
        named = [path for pattern in copy for path in _matching(place.root, place.prefix, pattern)]
        for path in dict.fromkeys((*tracked, *modules, *python, *named)):
            _copy(place.top / path, top / path)
        inner = top / place.prefix
        real = cwd.resolve()
        inside = real.relative_to(place.top) if real.is_relative_to(place.top) else place.prefix
        environment = _environment(place.top, top, inner, changed)
        yield Bench(inner, top / inside, {**environment, "PWD": str(top / inside)}, missing)


def _matching(root: Path, prefix: str, pattern: str) -> list[str]:
    found = [path.relative_to(root).as_posix() for path in sorted(root.glob(pattern))]
    if not found:
        raise VerifyError(
            f"verify-copy: nothing matches '{pattern}'", "mend it, or take it out of the settings"
        )
    return [f"{prefix}{path}" for path in found]


def _copy(source: Path, target: Path) -> None:
    """Make one path the same in both trees, missing or a link included."""
    if target.is_symlink() or target.is_file():
        target.unlink()
    if not os.path.lexists(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _environment(old_top: Path, top: Path, root: Path, changed: Sequence[str]) -> dict[str, str]:
    """The user's environment, in which Python finds the bench's modules before installed ones."""
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    roots = dict.fromkeys(_import_root(root, path) for path in changed)
    own = [root / "src", root, *(path for path in roots if not _shadows_library(path))]
    search = [str(path) for path in dict.fromkeys(own) if path.is_dir()]
    for entry in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        absolute = Path(entry).resolve()
        inside = absolute.is_relative_to(old_top)
        search.append(str(top / absolute.relative_to(old_top)) if inside else str(absolute))
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(search))
    return environment


def _shadows_library(directory: Path) -> bool:
    """Whether modules here would be taken for those of Python: a `types.py` ends every program."""
    modules = (path.stem for path in directory.glob("*.py"))
    return not sys.stdlib_module_names.isdisjoint(modules)


def _import_root(root: Path, path: str) -> Path:
    """The directory that a module's top-level package lies in."""
    directory = (root / path).parent
    while directory != root and (directory / "__init__.py").exists():
        directory = directory.parent
    return directory
