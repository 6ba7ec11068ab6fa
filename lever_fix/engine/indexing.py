"""The index of a run: facts of every file, made in workers, and handed to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lever_fix.errors import SourceError
from lever_fix.index.facts import ModuleFacts, facts_of
from lever_fix.index.index import Index
from lever_fix.index.layout import Layout
from lever_fix.model import Value
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile, decode, read


class FactsJob(Value, frozen=True):
    """A file whose facts are wanted: its dotted name, and its bytes where they are not on disk."""

    path: str
    name: str
    data: bytes | None = None


class FileFacts(Value, frozen=True):
    """The encoded facts of a file; empty where it cannot be read or does not parse."""

    sha256: str
    name: str
    facts: bytes


def facts_jobs(root: Path, jobs: Iterable[FactsJob]) -> list[FileFacts]:
    """The facts of files. A file that cannot be read or parsed has none; never raises."""
    return [_facts(root, job) for job in jobs]


def _facts(root: Path, job: FactsJob) -> FileFacts:
    sha256 = ""
    try:
        source = read(root, job.path) if job.data is None else decode(job.path, job.data)
        sha256 = source.sha256
        facts = msgspec.msgpack.encode(facts_of(Module(source, job.name)))
    except (SourceError, RecursionError):
        return FileFacts(sha256, job.name, b"")
    return FileFacts(sha256, job.name, facts)


@dataclass(frozen=True)
class DecodedFacts(Mapping[str, ModuleFacts]):
    """Facts by path, decoded when they are first asked for."""

    files: Mapping[str, FileFacts]
    _known: dict[str, ModuleFacts] = field(default_factory=dict)

    def __getitem__(self, path: str) -> ModuleFacts:
        found = self._known.get(path)
        if found is None:
            data = self.files[path].facts
            if not data:
                raise KeyError(path)
            found = self._known[path] = _DECODER.decode(data)
        return found

    def __iter__(self) -> Iterator[str]:
        return (path for path, one in self.files.items() if one.facts)

    def __len__(self) -> int:
        return sum(1 for _ in self)


_DECODER = msgspec.msgpack.Decoder(ModuleFacts)


@dataclass(frozen=True)
class IndexData:
    """All that an index is made of: plain values, which a worker gets as they are.

    Attributes:
        root: The root of the run.
        files: The facts of each file, by path.
        overlay: Bytes of files as they would be on disk, by path.
        layout: Which file a module name means.
    """

    root: Path
    files: Mapping[str, FileFacts]
    overlay: Mapping[str, bytes]
    layout: Layout

    def source(self, path: str) -> SourceFile:
        """A file as the run sees it.

        Raises:
            SourceError: It cannot be read or decoded.
        """
        data = self.overlay.get(path)
        return read(self.root, path) if data is None else decode(path, data)

    def index(self) -> Index:
        """An index to ask."""
        return Index(self.layout, DecodedFacts(self.files), self.source)
