"""Two texts of one module, line by line and statement by statement, and which hunks are one change.

Statements that replace statements are told apart; hunks in one statement, in a decorated header,
in a block that moved in or out, and lines that go in one place and come up in another, are not.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lever_fix.interop.differences import Hunk, lines_of
from lever_fix.semantics.module import Module

_TELLING = 6
"""Characters from which a line is taken to be the same line where it turns up elsewhere."""


@dataclass
class Texts:
    """A module before and after, with the lines and logical lines of both."""

    before: Module
    after: Module

    @cached_property
    def old(self) -> list[bytes]:
        """The lines as they were."""
        return lines_of(self.before.text)

    @cached_property
    def new(self) -> list[bytes]:
        """The lines as they become."""
        return lines_of(self.after.text)

    @cached_property
    def old_units(self) -> Units:
        """The logical lines as they were."""
        return Units(self.before)

    @cached_property
    def new_units(self) -> Units:
        """The logical lines as they become."""
        return Units(self.after)


class Units:
    """The logical lines of a text; decorators are one with what they decorate."""

    def __init__(self, module: Module) -> None:
        self.starts: list[int] = []
        self._ends: list[int] = []
        self._leaders: list[int] = []
        source, offset, leader = module.source, 0, -1
        while offset < len(module.text):
            start, end = module.lexed.statement_at(offset)
            if start >= end:
                break
            self.starts.append(source.position(start)[0] - 1)
            self._ends.append(source.position(end)[0])
            index = len(self._leaders)
            leader = index if leader < 0 else leader
            self._leaders.append(leader)
            if not module.view.startswith(b"@", start):
                leader = -1
            offset = module.view.find(b"\n", end) + 1 or len(module.text)

    def touched(self, start: int, end: int) -> set[int]:
        """The units that the lines `start..end` belong to; those around an empty range."""
        first = bisect_right(self.starts, start) - 1
        found: set[int] = set()
        for index in range(max(first, 0), len(self.starts)):
            if self.starts[index] >= max(end, start + 1):
                break
            inside = self.starts[index] < start < self._ends[index]
            if inside if start == end else self._ends[index] > start:
                found.add(self._leaders[index])
        return found

    def beginning(self, start: int, end: int) -> list[int]:
        """The lines among `start..end` on which a logical line begins."""
        first = bisect_right(self.starts, start - 1)
        return self.starts[first : bisect_right(self.starts, end - 1)]


def statementwise(texts: Texts, found: Iterable[Hunk]) -> Iterator[Hunk]:
    """Hunks that replace statement by statement, one for each of them; imports stand apart."""
    for hunk in itertools.chain.from_iterable(_imports_apart(texts, one) for one in found):
        old = texts.old_units.beginning(hunk.start, hunk.end)
        new = texts.new_units.beginning(hunk.new_start, hunk.new_end)
        if len(old) != len(new) or len(old) < 2:
            yield hunk
            continue
        bounds = list(
            zip(
                [hunk.start, *old[1:], hunk.end],
                [hunk.new_start, *new[1:], hunk.new_end],
                strict=True,
            )
        )
        for (start, new_start), (end, new_end) in itertools.pairwise(bounds):
            if texts.old[start:end] != texts.new[new_start:new_end]:
                yield Hunk(start, end, new_start, new_end)


def _imports_apart(texts: Texts, hunk: Hunk) -> Iterator[Hunk]:
    """A hunk, the imports that it starts with apart from the rest."""
    at = _behind_imports(texts.old, texts.old_units, hunk.start, hunk.end)
    new_at = _behind_imports(texts.new, texts.new_units, hunk.new_start, hunk.new_end)
    for part in (
        Hunk(hunk.start, at, hunk.new_start, new_at),
        Hunk(at, hunk.end, new_at, hunk.new_end),
    ):
        if part.start < part.end or part.new_start < part.new_end:
            yield part


def _behind_imports(lines: Sequence[bytes], units: Units, start: int, end: int) -> int:
    """The first line among `start..end` that belongs to no import at the start of them."""
    for line in units.beginning(start, end):
        if not lines[line].startswith((b"import ", b"from ")):
            return start if line == units.beginning(start, end)[0] else line
    return end if units.beginning(start, end) else start


def related(texts: Texts, found: Sequence[Hunk]) -> Iterator[set[int]]:
    """Which hunks are one change whatever the tests say."""
    users: dict[tuple[str, int], set[int]] = {}
    for at, hunk in enumerate(found):
        for unit in texts.old_units.touched(hunk.start, hunk.end):
            users.setdefault(("old", unit), set()).add(at)
        for unit in texts.new_units.touched(hunk.new_start, hunk.new_end):
            users.setdefault(("new", unit), set()).add(at)
    yield from users.values()
    yield from _moved(texts, found)
    yield from _shifted(texts, found)


def _moved(texts: Texts, found: Sequence[Hunk]) -> Iterator[set[int]]:
    """Hunks of which one takes a line away that another one brings."""
    losing: dict[bytes, set[int]] = {}
    gaining: dict[bytes, set[int]] = {}
    for at, hunk in enumerate(found):
        old = Counter(line.strip() for line in texts.old[hunk.start : hunk.end])
        new = Counter(line.strip() for line in texts.new[hunk.new_start : hunk.new_end])
        for line in old - new:
            losing.setdefault(line, set()).add(at)
        for line in new - old:
            gaining.setdefault(line, set()).add(at)
    for line in losing.keys() & gaining.keys():
        if len(line) >= _TELLING:
            yield losing[line] | gaining[line]


def _shifted(texts: Texts, found: Sequence[Hunk]) -> Iterator[set[int]]:
    """Neighbours whose lines were indented anew, with no statement between them that was not."""
    before: tuple[int, Hunk] | None = None
    for at, hunk in enumerate(found):
        if not _is_shift(texts, hunk):
            before = None
            continue
        if before and not texts.old_units.beginning(before[1].end, hunk.start):
            yield {before[0], at}
        before = at, hunk


def _is_shift(texts: Texts, hunk: Hunk) -> bool:
    old = {line.strip(): line for line in texts.old[hunk.start : hunk.end] if line.strip()}
    return any(
        line.strip() in old and _indent(line) != _indent(old[line.strip()])
        for line in texts.new[hunk.new_start : hunk.new_end]
    )


def _indent(line: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip())]
