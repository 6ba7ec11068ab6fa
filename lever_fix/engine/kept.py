"""What earlier runs found, as far as it still holds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lever_fix.engine import cache
from lever_fix.engine.analyse import Scanned
from lever_fix.engine.indexer import Indexer
from lever_fix.engine.workers import Context
from lever_fix.index.reliance import THE_WHOLE, holds


@dataclass
class Kept:
    """The outcomes of one configuration that a cache holds.

    Attributes:
        directory: The cache.
        context: The configuration.
    """

    directory: Path
    context: Context
    _entries: Mapping[str, cache.Entry] = field(default_factory=dict)

    def outcomes(
        self, paths: Iterable[str], groups: Mapping[str, int], indexer: Indexer
    ) -> tuple[dict[str, Scanned], dict[str, Scanned]]:
        """What was found in files that are as they were.

        Args:
            paths: The files.
            groups: The group of settings of each file.
            indexer: Knows the files as they are.

        Returns:
            What holds, and what holds if all it relies on in other files does.
        """
        self._entries = cache.read(self.directory, cache.key_of(self.context))
        same = [path for path in paths if self._is_same(path, groups[path], indexer)]
        try:
            known = cache.decode(self._entries[path] for path in same)
        except msgspec.DecodeError:
            return {}, {}
        sure: dict[str, Scanned] = {}
        unsure: dict[str, Scanned] = {}
        for path, scanned in zip(same, known, strict=True):
            entry = self._entries[path]
            if not entry.whole or entry.whole == indexer.whole(entry.outside):
                sure[path] = scanned
            elif scanned.reliance != THE_WHOLE:
                is_sure = holds(scanned.reliance, indexer)
                (sure if is_sure else unsure)[path] = scanned
        return sure, unsure

    def _is_same(self, path: str, group: int, indexer: Indexer) -> bool:
        entry = self._entries.get(path)
        if entry is None or entry.group != group:
            return False
        return indexer.digest(path) == entry.sha256

    def store(
        self, new: Mapping[str, Scanned], groups: Mapping[str, int], indexer: Indexer
    ) -> None:
        """Keep what was found in some files, with what is kept of all others."""
        lasting = {path: one for path, one in new.items() if _is_lasting(one)}
        if not lasting:
            return
        # A run over a part of the files must not cost the others their entries.
        entries = {
            path: entry
            for path, entry in self._entries.items()
            if path not in lasting and (path in groups or self._exists(path))
        }
        for path, one in lasting.items():
            whole = indexer.whole(one.outside) if one.reliance else ""
            entries[path] = cache.entry(one, groups[path], whole)
        cache.write(self.directory, cache.key_of(self.context), entries)

    def _exists(self, path: str) -> bool:
        return os.path.exists(f"{self.context.root}/{path}")  # noqa: PTH110 - ten times Path.exists


def _is_lasting(scanned: Scanned) -> bool:
    """Whether the same bytes will lead to this again: no file unread, no codemod crashed."""
    outcome = scanned.outcome
    return bool(outcome.sha256) and not any(found.codemod for found in outcome.problems)
