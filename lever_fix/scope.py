"""Which findings touch lines that changed since a revision, also after earlier rounds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lever_fix.errors import SourceError
from lever_fix.model import Finding
from lever_fix.sources import SourceFile, read

LineRange = tuple[int, int]
"""First and last line, from 1."""


class ChangedLines:
    """The changed lines of each file, as they are on disk; rewritten texts are mapped back."""

    def __init__(self, lines: Mapping[str, Sequence[LineRange]], root: Path) -> None:
        self._lines = lines
        self._root = root
        self._known: dict[str, tuple[str, list[LineRange]]] = {}

    def touches(self, finding: Finding, source: Callable[[str], SourceFile]) -> bool:
        """True where the site or an edit of the finding stands on a changed line."""
        places = [(finding.path, finding.span.start, finding.span.end)]
        for edit in finding.fix.edits if finding.fix else ():
            places.append((edit.path, edit.start, edit.end))
        return any(
            self._meets(source(path), start, end)
            for path, start, end in places
            if self._lines.get(path)
        )

    def _meets(self, source: SourceFile, start: int, end: int) -> bool:
        first = source.position(start)[0]
        last = source.position(max(start, end - 1))[0]
        return any(low <= last and first <= high for low, high in self._now(source))

    def _now(self, source: SourceFile) -> list[LineRange]:
        """The changed lines of a file as it is now, rewritten by earlier rounds or not."""
        known = self._known.get(source.path)
        if known is None or known[0] != source.sha256:
            known = self._known[source.path] = (source.sha256, self._mapped(source))
        return known[1]

    def _mapped(self, source: SourceFile) -> list[LineRange]:
        ranges = list(self._lines.get(source.path, ()))
        try:
            disk = read(self._root, source.path)
        except SourceError:
            return ranges
        if disk.sha256 == source.sha256:
            return ranges
        old, new = disk.text.splitlines(), source.text.splitlines()
        mapped: list[LineRange] = []
        for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
            for low, high in ranges:
                first, last = max(low, a1 + 1), min(high, a2)
                if first > last:
                    continue
                shift = b1 - a1
                whole = tag != "equal"
                mapped.append((b1 + 1, b2) if whole else (first + shift, last + shift))
        return mapped
