"""What a fix changes, line by line, with as much around it as is wanted; for either terminal.

Imports, definitions and packages that a fix needs are worked out for all accepted findings of a
file together, so they are named beside the change and not shown as lines of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from lever_fix.model import Edit, Finding
from lever_fix.report.diff import Part, marked
from lever_fix.report.lines import opcodes
from lever_fix.rewrite.splices import splice
from lever_fix.sources import SourceFile


@dataclass(frozen=True)
class Row:
    """One line, before and after.

    Attributes:
        kind: A space for a line that stays, `-` or `+`.
        old: Its number before; 0 where it was not there.
        new: Its number after; 0 where it is not there any more.
        parts: Its text without a line end, each part with whether it changed.
        starts: Offset of its first byte: before, or after for a line that was added.
    """

    kind: str
    old: int
    new: int
    parts: tuple[Part, ...]
    starts: int = 0

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(text for text, _ in self.parts)


@dataclass(frozen=True)
class Hunk:
    """Neighbouring lines of one file.

    Attributes:
        path: The file.
        rows: In order, as a unified diff has them.
        after: The file's text with the fix made, as UTF-8.
    """

    path: str
    rows: tuple[Row, ...]
    after: bytes


def hunks_of(finding: Finding, source: Callable[[str], SourceFile], context: int = 3) -> list[Hunk]:
    """What a finding's fix changes, its own file first; without a fix, the place it is about.

    Args:
        finding: As offered, or as it was decided on.
        source: The files as they were analysed.
        context: Lines to show above and below.
    """
    edits = finding.fix.edits if finding.fix else ()
    if not edits:
        return [_place(finding, source(finding.path), context)]
    paths = dict.fromkeys((finding.path, *sorted({one.path for one in edits})))
    found: list[Hunk] = []
    for path in paths:
        own = [one for one in edits if one.path == path]
        found += _file_hunks(source(path), own, context) if own else []
    return found


def _place(finding: Finding, source: SourceFile, context: int) -> Hunk:
    first, _ = source.position(finding.span.start)
    final, _ = source.position(max(finding.span.start, finding.span.end - 1))
    lines = _Lines(source.view)
    rows = lines.same(max(0, first - 1 - context), min(len(lines), final + context), 0)
    return Hunk(source.path, tuple(rows), source.view)


class _Lines:
    """The lines of a text by their numbers, from 0."""

    def __init__(self, view: bytes) -> None:
        self.view = view
        self.starts = [0]
        at = view.find(b"\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = view.find(b"\n", at + 1)
        if self.starts[-1] == len(view):
            self.starts.pop()

    def __len__(self) -> int:
        return len(self.starts)

    def number(self, offset: int) -> int:
        return max(0, self.view.count(b"\n", 0, offset))

    def text(self, number: int) -> str:
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.view)
        return self.view[self.starts[number] : end].rstrip(b"\r\n").decode("utf-8", "replace")

    def texts(self, low: int, high: int) -> list[str]:
        return [self.text(number) for number in range(low, high)]

    def same(self, low: int, high: int, shift: int) -> Iterator[Row]:
        """Lines that stay, and whose numbers grow by `shift`."""
        for at in range(low, high):
            parts = ((self.text(at), False),)
            yield Row(" ", at + 1, at + 1 + shift, parts, self.starts[at])


def _file_hunks(source: SourceFile, edits: Sequence[Edit], context: int) -> Iterator[Hunk]:
    before = _Lines(source.view)
    text = splice(source.text, edits)
    after = _Lines(source.with_text(text).view)
    shift = 0
    changes: list[tuple[int, int, int, int]] = []
    for low, high in _touched(before, edits):
        own = [one for one in edits if low <= before.number(one.start) < high]
        grown = sum(one.text.count("\n") for one in own)
        gone = sum(before.view.count(b"\n", one.start, one.end) for one in own)
        size = min(high, len(before)) - low + grown - gone
        old = before.texts(low, min(high, len(before)))
        new_low = low + shift
        new = after.texts(new_low, min(new_low + size, len(after)))
        changes += [
            (low + a_low, low + a_high, new_low + b_low, new_low + b_high)
            for tag, a_low, a_high, b_low, b_high in opcodes(old, new)
            if tag != "equal"
        ]
        shift += grown - gone
    for group in _grouped(changes, context):
        rows = _rows(before, after, group, context)
        yield Hunk(source.path, tuple(rows), after.view)


def _touched(lines: _Lines, edits: Sequence[Edit]) -> list[tuple[int, int]]:
    """Ranges of lines that edits touch, those that meet as one."""
    ranges: list[tuple[int, int]] = []
    for one in sorted(edits, key=lambda edit: edit.start):
        low, high = lines.number(one.start), lines.number(one.end) + 1
        if ranges and low <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(high, ranges[-1][1]))
        else:
            ranges.append((low, high))
    return ranges


def _grouped(
    changes: Sequence[tuple[int, int, int, int]], context: int
) -> list[list[tuple[int, int, int, int]]]:
    """Changes whose context meets, together."""
    groups: list[list[tuple[int, int, int, int]]] = []
    for change in changes:
        if groups and change[0] - groups[-1][-1][1] <= 2 * context:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _rows(
    before: _Lines, after: _Lines, group: Sequence[tuple[int, int, int, int]], context: int
) -> Iterator[Row]:
    at = max(0, group[0][0] - context)
    for low, high, new_low, new_high in group:
        yield from before.same(at, low, new_low - low)
        yield from _changed(before, after, (low, high), (new_low, new_high))
        at = high
    shift = group[-1][3] - group[-1][1]
    yield from before.same(at, min(len(before), at + context), shift)


def _changed(
    before: _Lines, after: _Lines, old: tuple[int, int], new: tuple[int, int]
) -> Iterator[Row]:
    removed: list[Sequence[Part]] = [[(before.text(at), False)] for at in range(*old)]
    added: list[Sequence[Part]] = [[(after.text(at), False)] for at in range(*new)]
    if len(removed) == len(added):
        pairs = [marked(one[0][0], other[0][0]) for one, other in zip(removed, added, strict=True)]
        removed, added = [one for one, _ in pairs], [other for _, other in pairs]
    for at, parts in zip(range(*old), removed, strict=True):
        yield Row("-", at + 1, 0, tuple(parts), before.starts[at])
    for at, parts in zip(range(*new), added, strict=True):
        yield Row("+", 0, at + 1, tuple(parts), after.starts[at])


def side_by_side(rows: Sequence[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows of a hunk in pairs: what was on the left, what will be on the right."""
    removed: list[Row] = []
    added: list[Row] = []
    for row in (*rows, None):
        if row is not None and row.kind != " ":
            (removed if row.kind == "-" else added).append(row)
            continue
        yield from zip_longest(removed, added)
        removed, added = [], []
        if row is not None:
            yield row, row
