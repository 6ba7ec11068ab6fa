"""The index of a run: facts of every file, made in workers, and handed to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from lever_fix.errors import SourceError
from lever_fix.index.extract import facts_of
from lever_fix.index.facts import ModuleFacts, packed, unpacked
from lever_fix.index.index import Index
from lever_fix.index.layout import Layout
from lever_fix.index.memory import Answers
from lever_fix.index.section import Section
from lever_fix.model import Value
from lever_fix.semantics.module import Module, collector_off
from lever_fix.sources import SourceFile, decode, read


class FactsJob(Value, frozen=True):
    """A file whose facts are wanted: its dotted name, and its bytes where they are not on disk."""

    path: str
    name: str
    data: bytes | None = None


class FileFacts(Value, frozen=True):
    """The encoded facts of a file; empty where it cannot be read or does not parse.

    Attributes:
        sha256: Of the bytes that the facts are made of.
        name: The dotted name that they were made under.
        facts: The facts of the index itself, packed, but for the mentions.
        mentions: Those, packed.
        sections: What else was asked for, by the name of the section; empty bytes for nothing.
    """

    sha256: str
    name: str
    facts: bytes
    mentions: bytes = b""
    sections: dict[str, bytes] = {}


def facts_jobs(
    root: Path, jobs: Iterable[FactsJob], sections: Sequence[Section[Any]] = ()
) -> list[FileFacts]:
    """The facts of files. A file that cannot be read or parsed has none; never raises."""
    with collector_off():
        return [_facts(root, job, sections) for job in jobs]


def _facts(root: Path, job: FactsJob, sections: Sequence[Section[Any]]) -> FileFacts:
    sha256 = ""
    try:
        source = read(root, job.path) if job.data is None else decode(job.path, job.data)
        sha256 = source.sha256
        module = Module(source, job.name)
        facts = facts_of(module)
        made = {one.name: _encoded(one.make(module, facts)) for one in sections}
        rest = packed(msgspec.structs.replace(facts, packed=b""))
        return FileFacts(sha256, job.name, rest, facts.packed, made)
    except (SourceError, RecursionError):
        nothing = {one.name: b"" for one in sections}
        return FileFacts(sha256, job.name, b"", sections=nothing)


def _encoded(made: object) -> bytes:
    return b"" if made is None else msgspec.msgpack.encode(made)


KEPT_BYTES = 1_000_000
"""Packed facts that are kept decoded; decoded they take some thirty times as much memory."""


@dataclass
class DecodedFacts(Mapping[str, ModuleFacts]):
    """Facts by path, decoded when they are asked for; the ones decoded last are kept."""

    files: Mapping[str, FileFacts]
    _known: dict[str, ModuleFacts] = field(default_factory=dict)
    _kept: int = 0

    def __getitem__(self, path: str) -> ModuleFacts:
        found = self._known.get(path)
        if found is None:
            one = self.files[path]
            if not one.facts:
                raise KeyError(path)
            rest = unpacked(one.facts, _DECODER)
            found = self._known[path] = msgspec.structs.replace(rest, packed=one.mentions)
            self._kept += len(one.facts)
            while self._kept > KEPT_BYTES and len(self._known) > 1:
                oldest = next(iter(self._known))
                del self._known[oldest]
                self._kept -= len(self.files[oldest].facts)
        return found

    def __contains__(self, path: object) -> bool:
        found = self.files.get(path) if isinstance(path, str) else None
        return found is not None and bool(found.facts)

    def get(self, path: str, default: Any = None) -> Any:
        """The facts of a file, or something else; the commonest question, past `Mapping`'s."""
        try:
            return self[path]
        except KeyError:
            return default

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
        answers: What was worked out over the whole project once, for all workers.
    """

    root: Path
    files: Mapping[str, FileFacts]
    overlay: Mapping[str, bytes]
    layout: Layout
    answers: Answers = field(default_factory=dict)

    def source(self, path: str) -> SourceFile:
        """A file as the run sees it.

        Raises:
            SourceError: It cannot be read or decoded.
        """
        data = self.overlay.get(path)
        return read(self.root, path) if data is None else decode(path, data)

    def index(self) -> Index:
        """An index to ask."""
        facts = DecodedFacts(self.files)
        answers = dict(self.answers)
        return Index(self.layout, facts, self.source, self._section, self._digest, _memo=answers)

    def _digest(self, path: str) -> str:
        found = self.files.get(path)
        if found is not None:
            return found.sha256
        try:
            return self.source(path).sha256
        except SourceError:
            return ""

    def _section(self, section: Section[Any], path: str) -> Any:
        """A section of a file's facts; None where it has nothing to say.

        Raises:
            KeyError: Nobody asked for it when the facts were made, or there is no such file.
        """
        data = self.files[path].sections[section.name]
        return msgspec.msgpack.decode(data, type=section.kind) if data else None
