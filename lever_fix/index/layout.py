"""Which file a dotted module name means, from the paths of a project alone.

A file can have several names: `services/api/src/app/models.py` is `app.models` for whoever has
`services/api/src` on `sys.path`. A name can mean several files, in a repository of many projects.
So a name is looked up *near* the importing file: what it can have on `sys.path` goes first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from sys import stdlib_module_names

from lever_fix.semantics.module import module_name

SOURCE_FOLDERS = frozenset({"src", "lib", "python"})
"""Folders that projects put on `sys.path` and never import by name."""

WELL_KNOWN = stdlib_module_names | frozenset(
    "aiohttp anyio asyncpg attr attrs boto3 celery click django fastapi flask httpx jinja2 msgspec"
    " numpy pandas pydantic pytest redis requests rich sqlalchemy sqlmodel starlette tenacity trio"
    " typer typing_extensions urllib3 uvicorn yaml".split()
)
"""Top-level names that mean the package of that name, unless a file of the same name is near."""


@dataclass(frozen=True)
class Layout:
    """The modules of a project.

    Attributes:
        names: The name of each path: the one its package gives it, else that from its root.
        paths: The paths of each name, with the folder that must be on `sys.path` for it.
    """

    names: dict[str, str] = field(default_factory=dict)
    paths: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def name_of(self, path: str) -> str:
        """The dotted name of a path, also of one that is not of the project."""
        return self.names.get(path) or module_name(path)

    def find(self, name: str, near: str = "") -> str | None:
        """The path of a module as imported from the file `near`; None where it is not there."""
        found = self.paths.get(name)
        if found is None:
            return self._beside(name, near)
        seen = [one for one in found if _can_see(near, one[1])] if near else found
        if not seen:
            seen = found if name.partition(".")[0] not in WELL_KNOWN else []
        if len(seen) == 1:
            return seen[0][0]
        best = max(seen, key=lambda one: _shared(one[0], near), default=None)
        return best[0] if best else None

    def _beside(self, name: str, near: str) -> str | None:
        """A module beside a script, whose folder Python puts on `sys.path` itself."""
        folder = near.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        if f"{prefix}__init__.py" in self.names:
            return None
        stem = prefix + name.replace(".", "/")
        return next(
            (one for one in (f"{stem}.py", f"{stem}/__init__.py") if one in self.names), None
        )

    @cached_property
    def digest(self) -> bytes:
        """Digest of what every name means."""
        names = (f"{path}\0{name}" for path, name in self.names.items())
        return hashlib.blake2b("\n".join(names).encode(), digest_size=16).digest()

    def may_hold(self, name: str) -> bool:
        """Whether a dotted name may be of the project, by its first part."""
        return name.partition(".")[0] in self._tops

    @cached_property
    def _tops(self) -> frozenset[str]:
        """The first parts of all names, and those of relative ones and of what `find` adds."""
        tops = {"", *(name.partition(".")[0] for name in self.paths)}
        for path in self.names:
            whole = path.removesuffix("/__init__.py").removesuffix(".py")
            folder, _, name = whole.rpartition("/")
            if (f"{folder}/__init__.py" if folder else "__init__.py") not in self.names:
                tops.add(name)
        return frozenset(tops)


def layout(paths: Iterable[str], roots: Iterable[str] = ()) -> Layout:
    """The layout of a project.

    Args:
        paths: Its Python files, as POSIX paths relative to the root of the run.
        roots: Folders known to be project roots (they hold a `pyproject.toml`, say).
    """
    every = sorted(paths)
    packages = {path.rpartition("/")[0] for path in every if path.endswith("__init__.py")}
    sources = {folder for path in every for folder in _source_folders(path)}
    tops = {"", *roots, *(sources - packages)}
    made = Layout()
    for path in every:
        names = list(_names(path, packages, tops))
        # What nobody can import (`image-tools/run.py`) still calls what it defines itself.
        names = names or [(module_name(path), path.rpartition("/")[0])]
        made.names[path] = names[0][0]
        for name, base in names:
            entries = made.paths.setdefault(name, [])
            if (path, base) not in entries:
                entries.append((path, base))
    return made


def _source_folders(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for at, part in enumerate(parts, 1):
        if part in SOURCE_FOLDERS:
            yield "/".join(parts[:at])


def _names(path: str, packages: set[str], tops: set[str]) -> Iterator[tuple[str, str]]:
    """The names of a path, each with the folder it starts from; the likeliest first."""
    folder = path.rpartition("/")[0]
    base = folder
    while base in packages and base:
        base = base.rpartition("/")[0]
    if folder in packages and folder:
        yield from _named(path, base)
    above = folder
    while True:
        if above in tops:
            yield from _named(path, above)
        if not above:
            return
        above = above.rpartition("/")[0]


def _named(path: str, base: str) -> Iterator[tuple[str, str]]:
    inner = path[len(base) + 1 :] if base else path
    parts = inner.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    if parts and all(part.isidentifier() for part in parts):
        yield ".".join(parts), base


def _can_see(near: str, base: str) -> bool:
    """Whether the file `near` may well have the folder `base` on its `sys.path`."""
    if base.rpartition("/")[2] in SOURCE_FOLDERS:
        base = base.rpartition("/")[0]
    return not base or near.startswith(f"{base}/")


def _shared(path: str, near: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for one, other in zip(path.split("/"), near.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count
