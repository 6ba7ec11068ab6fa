"""Which files a run looks at: what git tracks or would track, else what `.gitignore` leaves."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lever_fix import vcs
from lever_fix.errors import UsageError, did_you_mean
from lever_fix.model import Problem
from lever_fix.patterns import anchor, read_ignore_file, verdict

DEFAULT_EXCLUDE = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".git-rewrite",
        ".hg",
        ".ipynb_checkpoints",
        ".lever_fix_cache",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "_build",
        "buck-out",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    }
)
"""Directories that are never entered unless they are named, or let in by a pattern (`!build`)."""

ExcludeFor = Callable[[str], tuple[str, ...]]
"""The `exclude` patterns, relative to the root, in force in a directory."""


def find_root(paths: Sequence[str | Path], cwd: Path) -> Path:
    """The directory that all paths of a run are relative to.

    The top of the git work tree the paths lie in. Outside git: the nearest directory above them
    whose `pyproject.toml` configures lever-fix, else the nearest with a `pyproject.toml`, else
    the deepest directory that holds them all.

    Args:
        paths: Files and directories as the user named them; none means `cwd`.
        cwd: What relative ones are relative to.

    Raises:
        UsageError: A path does not exist, or they lie in different repositories.
    """
    named = _locate(paths, cwd)
    repositories = {vcs.repository_above(path): path for path in named}
    tops = {
        repository and vcs.toplevel(repository): path for repository, path in repositories.items()
    }
    if len(tops) > 1:
        listed = ", ".join(sorted(str(top or f"{path} (in none)") for top, path in tops.items()))
        raise UsageError(
            f"the paths lie in different git repositories: {listed}",
            "run lever-fix once in each of them",
        )
    (top,) = tops
    return top or _project_above(named)


def discover(
    root: Path,
    paths: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    exclude_for: ExcludeFor | None = None,
) -> tuple[list[str], list[Problem]]:
    """The Python files that paths stand for.

    A file that is named is always among them, whatever its suffix and the exclusions; a named
    link stands for its target. Below directories: `*.py` only, links neither listed nor followed.

    Args:
        root: As `find_root` finds it.
        paths: Files and directories as the user named them; none means all below `cwd`.
        cwd: What relative ones are relative to; `root` by default.
        exclude_for: The `exclude` patterns in force in a directory.

    Returns:
        POSIX paths relative to `root`, sorted and unique, and what could not be looked into.

    Raises:
        UsageError: A path does not exist or lies outside `root`.
    """
    search = _Search(str(root.resolve()), exclude_for or (lambda directory: ()))
    files: set[str] = set()
    for path in _locate(paths, cwd or root):
        relative = _relative(path, search.root)
        if path.is_dir():
            search.named.add(relative)
        elif path.is_file():
            files.add(relative)
        else:
            search.report(relative, "neither a file nor a directory")
    if search.named:
        files.update(_below(search))
    return sorted(_with_sound_names(search, files)), sorted(
        search.problems, key=lambda problem: problem.path
    )


@dataclass(frozen=True)
class _Search:
    """What one call of `discover` knows and finds out."""

    root: str
    exclude_for: ExcludeFor
    named: set[str] = field(default_factory=set)
    """Directories the user named."""
    problems: list[Problem] = field(default_factory=list)
    entered: dict[str, bool] = field(default_factory=dict)
    """Whether a directory is looked into, by its path."""

    def report(self, path: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(path=path, message=message, hint=hint))


def _locate(paths: Sequence[str | Path], cwd: Path) -> list[Path]:
    """Absolute paths, links resolved, of what a user named."""
    return [_existing(path, cwd / path) for path in paths or (".",)]


def _existing(named: str | Path, path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        if path.is_symlink():
            raise UsageError(f"{named}: a link to {path.readlink()}, which is not there") from None
    except NotADirectoryError:
        pass
    except OSError as error:
        raise UsageError(f"{named}: {error.strerror or error}", "check its permissions") from error
    siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    raise UsageError(f"{named}: no such file or directory", did_you_mean(path.name, siblings))


def _relative(path: Path, root: str) -> str:
    """POSIX path relative to the root; empty for the root itself."""
    if not path.is_relative_to(root):
        raise UsageError(
            f"{path}: outside {root}, the root of this run", "name the paths of one project"
        )
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _project_above(named: list[Path]) -> Path:
    directories = [path if path.is_dir() else path.parent for path in named]
    common = Path(os.path.commonpath(directories))
    manifests = [
        manifest
        for above in (common, *common.parents)
        if (manifest := above / "pyproject.toml").is_file()
    ]
    for manifest in manifests:
        if b"[tool.lever-fix" in manifest.read_bytes():
            return manifest.parent
    return manifests[0].parent if manifests else common


def _below(search: _Search) -> Iterator[str]:
    root = Path(search.root)
    listed = None
    if vcs.repository_above(root) is not None:
        listed = vcs.list_files(root, [directory or "." for directory in sorted(search.named)])
    if listed is None:
        for directory in sorted(search.named):
            yield from _walk(search, directory)
        return
    paths, unopened = listed
    for path, reason in unopened.items():
        search.report(path, f"cannot be opened: {reason}")
    yield from _listed(search, paths)


def _listed(search: _Search, paths: Iterable[str]) -> Iterator[str]:
    """Those of the paths git lists that are Python files, there and not excluded."""
    for path in paths:
        directory = path.rpartition("/")[0]
        if (
            path.endswith(".py")
            and _entered(search, directory)
            and not _excluded_file(search, directory, path)
            and stat.S_ISREG(_mode(search, path))
        ):
            yield path


def _entered(search: _Search, directory: str) -> bool:
    """Whether files of a directory count: neither it nor one above it is excluded or a link."""
    known = search.entered.get(directory)
    if known is None:
        known = search.entered[directory] = (
            directory in search.named
            or directory == ""
            or (
                _entered(search, directory.rpartition("/")[0])
                and not _excluded_directory(search, directory)
                and stat.S_ISDIR(_mode(search, directory))
            )
        )
    return known


def _mode(search: _Search, path: str) -> int:
    """Kind of a file as it is in the work tree; 0 where it is gone or out of reach."""
    try:
        return os.lstat(f"{search.root}/{path}").st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0  # tracked, and deleted
    except OSError as error:
        search.report(path, f"cannot be read: {error.strerror or error}")
        return 0


def _excluded_directory(search: _Search, directory: str) -> bool:
    parent, _, name = directory.rpartition("/")
    patterns = search.exclude_for(parent)
    said = verdict(patterns, f"{directory}/")
    if said or name not in DEFAULT_EXCLUDE:
        return bool(said)
    # A pattern speaks for all below, too: `!build` must not let `build/node_modules` in.
    return said is None or (parent != "" and verdict(patterns, f"{parent}/") is False)


def _excluded_file(search: _Search, directory: str, path: str) -> bool:
    patterns = search.exclude_for(directory)
    return bool(patterns and verdict(patterns, path))


def _walk(search: _Search, top: str) -> Iterator[str]:
    """Python files below a directory, by the `.gitignore` files from the root down."""
    waiting = [(top, _ignored_above(search, top))]
    while waiting:
        directory, ignored = waiting.pop()
        entries = _entries(search, directory)
        if any(entry.name == ".gitignore" for entry in entries):
            ignored += _ignore_file(search, directory)
        prefix = f"{directory}/" if directory else ""
        for entry in entries:
            path = prefix + entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if _worth_walking(search, path, ignored):
                    waiting.append((path, ignored))
            elif (
                path.endswith(".py")
                and entry.is_file()
                and not verdict(ignored, path)
                and not _excluded_file(search, directory, path)
            ):
                yield path


def _worth_walking(search: _Search, directory: str, ignored: tuple[str, ...]) -> bool:
    return (
        directory not in search.named  # it is walked on its own
        and not _excluded_directory(search, directory)
        and not verdict(ignored, f"{directory}/")
    )


def _entries(search: _Search, directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(f"{search.root}/{directory}") as entries:
            return list(entries)
    except OSError as error:
        search.report(directory, f"cannot be opened: {error.strerror or error}")
        return []


def _ignored_above(search: _Search, directory: str) -> tuple[str, ...]:
    parts = directory.split("/") if directory else []
    above = ["/".join(parts[:count]) for count in range(len(parts))]
    return tuple(pattern for parent in above for pattern in _ignore_file(search, parent))


def _ignore_file(search: _Search, directory: str) -> tuple[str, ...]:
    path = f"{directory}/.gitignore" if directory else ".gitignore"
    try:
        patterns = read_ignore_file(f"{search.root}/{path}")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ()
    except OSError as error:
        search.report(path, f"cannot be read: {error.strerror or error}")
        return ()
    return tuple(anchor(pattern, directory) for pattern in patterns)


def _with_sound_names(search: _Search, paths: Iterable[str]) -> Iterator[str]:
    """Paths that can be written into a report, which is UTF-8; the others are problems."""
    for path in paths:
        if path.isascii() or _is_unicode(path):
            yield path
        else:
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            search.report(shown, "the file's name is not valid UTF-8", "rename the file")


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
