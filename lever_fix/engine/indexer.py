"""Keeps the index of a run: made when somebody asks, again for what changed, and from the cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from lever_fix.engine import cache
from lever_fix.engine.indexing import FactsJob, FileFacts, IndexData, facts_jobs
from lever_fix.engine.workers import Workbench, Workers
from lever_fix.index.layout import Layout, layout
from lever_fix.sources import digest


@dataclass
class Indexer:
    """The facts of a project's files, as the run sees them.

    Attributes:
        workers: Where the work is done, and who gets the index.
        paths: The files of the project.
        data: The bytes of a file as the run sees it; None where there is no such file.
        cache_dir: Where facts are kept; None for nowhere.
    """

    workers: Workers
    paths: Sequence[str]
    data: Callable[[str], bytes | None]
    cache_dir: Path | None = None
    _files: dict[str, FileFacts] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _wholes: dict[tuple[str, ...], str] = field(default_factory=dict)
    _shared: bool = False

    @cached_property
    def _sections(self) -> frozenset[str]:
        return frozenset(one.name for one in self.workers.bench.sections)

    @property
    def is_wanted(self) -> bool:
        """Whether some codemod of the run asks about the project."""
        return any(one.index for group in self.workers.bench.codemods for one in group)

    def ensure(self, overlay: Mapping[str, bytes]) -> None:
        """Make the index, or what is missing of it, and give it to the workers."""
        if self._shared:
            return
        found = self.layout
        missing = self._missing(found)
        jobs = [FactsJob(path, found.name_of(path), overlay.get(path)) for path in missing]
        root = self.workers.bench.root
        sizes = [size_of(root, path, overlay) for path in missing]
        made = self.workers.map(_facts_jobs, jobs, sizes, FileFacts)
        self._files.update(zip(missing, made, strict=True))
        known = ((path, self._files[path].sha256) for path in missing)
        self._digests.update((path, sha256) for path, sha256 in known if sha256)
        if self.cache_dir is not None and any(path not in overlay for path in missing):
            self._store(self.cache_dir, overlay)
        self.workers.share(IndexData(root, {p: self._files[p] for p in self.paths}, overlay, found))
        self._shared = True

    def _missing(self, found: Layout) -> list[str]:
        """The files whose facts are neither known nor stored."""
        stored: Mapping[str, cache.Entry] = {}
        if not self._files and self.cache_dir is not None:
            stored = cache.read(self.cache_dir, self._key)
        return [path for path in self.paths if not self._take(path, found, stored.get(path))]

    def _take(self, path: str, found: Layout, entry: cache.Entry | None) -> bool:
        """Whether the facts of a file are known already, or stored."""
        name = found.name_of(path)
        if path in self._files:
            return self._files[path].name == name
        if entry is None or entry.sha256 != self.digest(path):
            return False
        known = msgspec.msgpack.decode(entry.scanned, type=FileFacts)
        if known.name != name or not self._sections <= known.sections.keys():
            return False
        self._files[path] = known
        return True

    @property
    def _key(self) -> str:
        return f"index-{cache.own_key()}"

    def _store(self, directory: Path, overlay: Mapping[str, bytes]) -> None:
        lasting = [path for path, one in self._files.items() if one.sha256 and path not in overlay]
        cache.write(directory, self._key, _Entries(self._files, lasting))

    def digest(self, path: str) -> str:
        """The SHA-256 of a file as the run sees it; empty where there is no such file."""
        if path not in self._digests:
            data = self.data(path)
            self._digests[path] = "" if data is None else digest(data)
        return self._digests[path]

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The folders that hold the manifest of a project of their own."""
        return roots(self.workers.bench.root, self.paths)

    @cached_property
    def layout(self) -> Layout:
        """Which file a module name means."""
        return layout(self.paths, self.roots)

    def entry_digest(self, noted: tuple[str, str]) -> bytes:
        """What an entry of a table says is known when there is an index.

        Raises:
            KeyError: Always.
        """
        raise KeyError(noted)

    def whole(self, outside: tuple[str, ...] = ()) -> str:
        """Digest of the whole project, and of some files that are no code of it."""
        if outside not in self._wholes:
            known = self.whole() if outside else "\0".join(self.roots)
            whole = hashlib.sha256(known.encode())
            for path in outside or sorted(self.paths):
                whole.update(f"\n{path}\0{self.digest(path)}".encode())
            self._wholes[outside] = whole.hexdigest()
        return self._wholes[outside]

    def forget(self, paths: Iterable[str]) -> None:
        """Forget what is known of files that have changed; ones that are new join the project."""
        changed = set(paths)
        for path in changed:
            self._files.pop(path, None)
            self._digests.pop(path, None)
        new = {path for path in changed if path.endswith(".py")}.difference(self.paths)
        self.paths = sorted({*self.paths, *new})
        self._wholes.clear()
        if new or not all(path.endswith(".py") for path in changed):
            for name in ("roots", "layout"):
                self.__dict__.pop(name, None)
        self._shared = False


@dataclass(frozen=True)
class _Entries(Mapping[str, cache.Entry]):
    """The cache entries of files, each made when it is asked for: all of them are large."""

    files: Mapping[str, FileFacts]
    paths: Sequence[str]

    def __getitem__(self, path: str) -> cache.Entry:
        one = self.files[path]
        return cache.Entry(one.sha256, 0, msgspec.Raw(msgspec.msgpack.encode(one)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def size_of(root: Path, path: str, overlay: Mapping[str, bytes]) -> int:
    """Bytes of a file as the run sees it; none where there is no such file."""
    if path in overlay:
        return len(overlay[path])
    try:
        return os.stat(f"{root}/{path}").st_size  # noqa: PTH116 - ten times Path.stat
    except OSError:
        return 0


def roots(root: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """The folders above the files that hold the manifest of a project of their own."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    marks = ("pyproject.toml", "setup.py", "setup.cfg", "manage.py")
    return tuple(
        folder
        for folder in sorted(folders)
        if any((root / folder / mark).exists() for mark in marks)
    )


def _facts_jobs(bench: Workbench, jobs: list[FactsJob]) -> list[FileFacts]:
    return facts_jobs(bench.root, jobs, bench.sections)
